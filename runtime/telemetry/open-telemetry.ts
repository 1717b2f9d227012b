import { ROOT_CONTEXT, SpanKind, trace as traceApi } from "@opentelemetry/api";
import { parseKeyPairsIntoRecord, parseTraceParent, TraceState } from "@opentelemetry/core";
import { defaultResource, type Resource, resourceFromAttributes } from "@opentelemetry/resources";
import {
  ParentBasedSampler,
  SamplingDecision,
  type Sampler as SdkSampler,
  TraceIdRatioBasedSampler,
} from "@opentelemetry/sdk-trace";
import { ATTR_SERVICE_INSTANCE_ID, ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from "@opentelemetry/semantic-conventions";
import type { FinishedRequest, RequestWatcher } from "../request/finished-request.ts";
import { version } from "../version.ts";
import { metricExporter, traceExporter } from "./exporters.ts";
import { createGenAiMetrics } from "./gen-ai-metrics.ts";
import { newSpanId, newTraceId, type RequestTrace } from "./request-trace.ts";
import { createSpanQueue, type SpanQueueOptions } from "./span-queue.ts";
import { type SpanSource, spansOf } from "./spans.ts";
import type { Sampler, TelemetrySettings } from "./telemetry-settings.ts";

/** One set of exporters at work. */
export type Exporting = Readonly<{
  begin(headers: Headers): RequestTrace;
  finished: RequestWatcher;
  /** Sends what is left. */
  close(): Promise<void>;
}>;

/** The version of the conventions whose names the spans and metrics carry. */
const schemaUrl = "https://opentelemetry.io/schemas/1.45.0";
const scope = { name: "arouter", version, schemaUrl } as const;
const metricIntervalMs = 60_000;

/** Loads everything of OpenTelemetry there is, so this file is only ever imported when there is somewhere to send to. */
export function createExporting(
  settings: TelemetrySettings,
  options: Pick<SpanQueueOptions, "dropped" | "exported">,
): Exporting {
  const resource = resourceOf(settings);
  const source: SpanSource = { resource, scope, newSpanId };
  const sampler = sdkSampler(settings.sampler);
  // The exporter ends its tries by itself; the queue only insists where it does not.
  const exportTimeoutMs = settings.timeoutMs * 2;
  const queue = createSpanQueue(traceExporter(settings), { ...options, batch: settings.batch, exportTimeoutMs });
  const metrics =
    settings.metrics &&
    createGenAiMetrics(metricExporter(settings.metrics, settings), {
      resource,
      scope,
      intervalMs: metricIntervalMs,
      timeoutMs: settings.timeoutMs,
    });
  let over: FinishedRequest[] = [];

  /** Later than the answer's last bytes: nobody waits for spans, and the loser of a race has ended by then. */
  function later(request: FinishedRequest): void {
    if (over.push(request) === 1) setTimeout(tell, 0);
  }

  function tell(): void {
    const told = over;
    over = [];
    for (const request of told) {
      metrics?.finished(request);
      if (request.trace?.isSampled === true) queue.add(spansOf(request, request.trace, source));
    }
  }

  return {
    begin: (headers) => begin(headers, sampler, settings),
    finished: (request) => {
      if (metrics !== undefined || request.trace?.isSampled === true) later(request);
    },
    close: async () => {
      tell();
      await Promise.all([queue.close(), metrics?.close()]);
    },
  };
}

/** A client's own trace goes on; what is no `traceparent` begins a new one (W3C Trace Context, section 3.2.2). */
function begin(headers: Headers, sampler: SdkSampler, { propagate }: TelemetrySettings): RequestTrace {
  const written = headers.get("traceparent");
  const parent = written === null ? null : parseTraceParent(written);
  const traceId = parent?.traceId ?? newTraceId();
  const context = parent === null ? ROOT_CONTEXT : traceApi.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true });
  const { decision } = sampler.shouldSample(context, traceId, "arouter.request", SpanKind.SERVER, {}, []);
  const state = parent === null ? null : headers.get("tracestate");
  return {
    traceId,
    spanId: newSpanId(),
    parentSpanId: parent?.spanId,
    isSampled: decision === SamplingDecision.RECORD_AND_SAMPLED,
    state: state === null ? undefined : new TraceState(state).serialize() || undefined,
    propagate,
    readMs: undefined,
    plannedMs: undefined,
  };
}

function sdkSampler({ followsParent, ratio }: Sampler): SdkSampler {
  const root = new TraceIdRatioBasedSampler(ratio);
  return followsParent ? new ParentBasedSampler({ root }) : root;
}

function resourceOf({ serviceName, resourceAttributes }: TelemetrySettings): Resource {
  return defaultResource().merge(
    resourceFromAttributes({
      [ATTR_SERVICE_NAME]: serviceName.configured,
      [ATTR_SERVICE_VERSION]: version,
      [ATTR_SERVICE_INSTANCE_ID]: crypto.randomUUID(),
      ...parseKeyPairsIntoRecord(resourceAttributes),
      ...(serviceName.environment !== undefined && { [ATTR_SERVICE_NAME]: serviceName.environment }),
    }),
  );
}
