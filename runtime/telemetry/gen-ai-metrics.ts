import type { Resource } from "@opentelemetry/resources";
import { MeterProvider, PeriodicExportingMetricReader, type ResourceMetrics } from "@opentelemetry/sdk-metrics";
import {
  ATTR_GEN_AI_TOKEN_TYPE,
  GEN_AI_TOKEN_TYPE_VALUE_INPUT,
  GEN_AI_TOKEN_TYPE_VALUE_OUTPUT,
  METRIC_GEN_AI_CLIENT_OPERATION_DURATION,
  METRIC_GEN_AI_CLIENT_TOKEN_USAGE,
  METRIC_GEN_AI_SERVER_TIME_TO_FIRST_TOKEN,
} from "@opentelemetry/semantic-conventions/incubating";
import type { FinishedRequest, RequestWatcher } from "../request/finished-request.ts";
import { callAttributes, inputTokens } from "./attempt-attributes.ts";
import type { Exporter } from "./grpc-exporter.ts";

export type GenAiMetrics = Readonly<{ finished: RequestWatcher; close(): Promise<void> }>;

export type GenAiMetricsOptions = Readonly<{
  resource: Resource;
  scope: Readonly<{ name: string; version: string; schemaUrl: string }>;
  intervalMs: number;
  timeoutMs: number;
}>;

/** The buckets that the GenAI conventions ask for, in seconds and in tokens. */
const durationBuckets = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
const tokenBuckets = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864];
const firstTokenBuckets = [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

/** Histograms of every call of a model, sent at an interval. The SDK bounds how many series a client's names can make. */
export function createGenAiMetrics(exporter: Exporter<ResourceMetrics>, options: GenAiMetricsOptions): GenAiMetrics {
  const { resource, scope, intervalMs, timeoutMs } = options;
  const reader = new PeriodicExportingMetricReader({
    exporter,
    exportIntervalMillis: intervalMs,
    exportTimeoutMillis: Math.min(timeoutMs, intervalMs),
  });
  const provider = new MeterProvider({ resource, readers: [reader] });
  const meter = provider.getMeter(scope.name, scope.version, { schemaUrl: scope.schemaUrl });
  const histogram = (name: string, unit: string, explicitBucketBoundaries: readonly number[]) =>
    meter.createHistogram(name, { unit, advice: { explicitBucketBoundaries: [...explicitBucketBoundaries] } });
  const durations = histogram(METRIC_GEN_AI_CLIENT_OPERATION_DURATION, "s", durationBuckets);
  const tokens = histogram(METRIC_GEN_AI_CLIENT_TOKEN_USAGE, "{token}", tokenBuckets);
  const firstTokens = histogram(METRIC_GEN_AI_SERVER_TIME_TO_FIRST_TOKEN, "s", firstTokenBuckets);

  function finished(request: FinishedRequest): void {
    for (const attempt of request.attempts) {
      const { ms, ttftMs, usage } = attempt;
      const attributes = callAttributes(attempt, request);
      if (ms !== undefined) durations.record(ms / 1000, attributes);
      if (request.stream && ttftMs !== undefined) firstTokens.record(ttftMs / 1000, attributes);
      if (usage === undefined) continue;
      tokens.record(inputTokens(usage), { ...attributes, [ATTR_GEN_AI_TOKEN_TYPE]: GEN_AI_TOKEN_TYPE_VALUE_INPUT });
      tokens.record(usage.output, { ...attributes, [ATTR_GEN_AI_TOKEN_TYPE]: GEN_AI_TOKEN_TYPE_VALUE_OUTPUT });
    }
  }

  return { finished, close: () => provider.shutdown().catch(() => undefined) };
}
