import type { Telemetry as Configured } from "../contract.ts";
import type { ResolvedText } from "../upstream/access-tokens.ts";
import { type OtlpTarget, otlpTarget, type Signal } from "./otlp-target.ts";
import type { Propagation } from "./request-trace.ts";

/** All that decides what is exported, where to and how; equal settings need no new exporter. */
export type TelemetrySettings = Readonly<{
  traces: OtlpTarget;
  /** Undefined when no metrics are to go out. */
  metrics: OtlpTarget | undefined;
  /** Sent with every export; those of the environment replace those of the configuration. */
  headers: Readonly<Record<string, string>>;
  /** More of them, as lists of `key=value`, a signal's own behind those for all. */
  headerLists: Readonly<Record<Signal, readonly string[]>>;
  timeoutMs: number;
  batch: Batch;
  /** What `resourceAttributes` say comes before it, and `OTEL_SERVICE_NAME` before both. */
  serviceName: Readonly<{ configured: string; environment: string | undefined }>;
  /** A list of `key=value`. */
  resourceAttributes: string;
  sampler: Sampler;
  propagate: Propagation;
}>;

/** How spans wait: they go out `spans` at a time, or after `delayMs`; beyond `maxSpans` they are dropped. */
export type Batch = Readonly<{ delayMs: number; maxSpans: number; spans: number }>;

/** Of traces that begin here, or of all; `ratio` of them, 0 to 1. */
export type Sampler = Readonly<{ followsParent: boolean; ratio: number }>;

type Environment = Readonly<Record<string, string | undefined>>;

export type Read = Readonly<{
  /** Undefined when nothing is to be exported. */
  settings: TelemetrySettings | undefined;
  /** For the log: telemetry never keeps a gateway from starting. */
  warnings: readonly string[];
}>;

const defaultTimeoutMs = 10_000;
/**
 * Some 2 KB a span: 16 MB hold what a busy gateway makes while its collector restarts. Requests wait while a batch is
 * written as protocol buffers, 15 ms for the 512 spans that the specification has; so there are fewer in one.
 */
const defaultBatch: Batch = { delayMs: 1000, maxSpans: 8192, spans: 128 };
const protocols = { grpc: "grpc", "http/protobuf": "http", "http/json": "http" } as const;

/**
 * What the configuration says, and the variables of OpenTelemetry's specification, which win ("Environment Variable
 * Specification", "OpenTelemetry Protocol Exporter"). Without an endpoint nothing is exported.
 */
export function telemetrySettings(configured: Configured, env: Environment, text: ResolvedText): Read {
  const warnings: string[] = [];
  const variable = (name: string) => env[name]?.trim() || undefined;
  const traces = targetOf("traces", configured, variable);
  if (traces === undefined) return { settings: undefined, warnings };
  if (traces.kind === "wrong") return { settings: undefined, warnings: [traces.problem] };
  const metrics = configured.metrics ? targetOf("metrics", configured, variable) : undefined;
  if (metrics?.kind === "wrong") warnings.push(metrics.problem);
  const headers = Object.entries(configured.headers).flatMap(([name, value]) => {
    const resolved = text(value);
    return resolved === undefined ? [] : [[name, resolved] as const];
  });
  const lists = (signal: Signal) =>
    [variable("OTEL_EXPORTER_OTLP_HEADERS"), variable(`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_HEADERS`)].filter(
      (list) => list !== undefined,
    );
  const settings: TelemetrySettings = {
    traces: traces.target,
    metrics: metrics?.kind === "target" ? metrics.target : undefined,
    headers: Object.fromEntries(headers),
    headerLists: { traces: lists("traces"), metrics: lists("metrics") },
    timeoutMs: positive(variable("OTEL_EXPORTER_OTLP_TIMEOUT")) ?? defaultTimeoutMs,
    batch: {
      delayMs: positive(variable("OTEL_BSP_SCHEDULE_DELAY")) ?? defaultBatch.delayMs,
      maxSpans: positive(variable("OTEL_BSP_MAX_QUEUE_SIZE")) ?? defaultBatch.maxSpans,
      spans: positive(variable("OTEL_BSP_MAX_EXPORT_BATCH_SIZE")) ?? defaultBatch.spans,
    },
    serviceName: { configured: configured.serviceName, environment: variable("OTEL_SERVICE_NAME") },
    resourceAttributes: variable("OTEL_RESOURCE_ATTRIBUTES") ?? "",
    sampler: samplerOf(configured, variable, warnings),
    propagate: configured.propagate,
  };
  return { settings, warnings };
}

type Variable = (name: string) => string | undefined;
type Target = Readonly<{ kind: "target"; target: OtlpTarget }> | Readonly<{ kind: "wrong"; problem: string }>;

function targetOf(signal: Signal, configured: Configured, variable: Variable): Target | undefined {
  const upper = signal.toUpperCase();
  if (variable("OTEL_SDK_DISABLED")?.toLowerCase() === "true") return undefined;
  if (variable(`OTEL_${upper}_EXPORTER`) === "none") return undefined;
  const own = variable(`OTEL_EXPORTER_OTLP_${upper}_ENDPOINT`);
  const endpoint = own ?? variable("OTEL_EXPORTER_OTLP_ENDPOINT") ?? configured.endpoint;
  if (endpoint === undefined) return undefined;
  const asked = variable(`OTEL_EXPORTER_OTLP_${upper}_PROTOCOL`) ?? variable("OTEL_EXPORTER_OTLP_PROTOCOL");
  const protocol = Object.entries(protocols).find(([name]) => name === asked)?.[1] ?? configured.protocol;
  const target = otlpTarget({ endpoint, protocol, signal, isWhole: own !== undefined });
  if (target !== undefined) return { kind: "target", target };
  const place = own === undefined ? "OTEL_EXPORTER_OTLP_ENDPOINT" : `OTEL_EXPORTER_OTLP_${upper}_ENDPOINT`;
  return {
    kind: "wrong",
    problem: `${place} is not a URL of a collector, so no ${signal} are sent. Write it like http://127.0.0.1:4318.`,
  };
}

const samplers: Readonly<Record<string, (ratio: number) => Sampler>> = {
  always_on: () => ({ followsParent: false, ratio: 1 }),
  always_off: () => ({ followsParent: false, ratio: 0 }),
  traceidratio: (ratio) => ({ followsParent: false, ratio }),
  parentbased_always_on: () => ({ followsParent: true, ratio: 1 }),
  parentbased_always_off: () => ({ followsParent: true, ratio: 0 }),
  parentbased_traceidratio: (ratio) => ({ followsParent: true, ratio }),
};

function samplerOf({ sampleRatio }: Configured, variable: Variable, warnings: string[]): Sampler {
  const configured: Sampler = { followsParent: true, ratio: sampleRatio };
  const name = variable("OTEL_TRACES_SAMPLER");
  if (name === undefined) return configured;
  const make = samplers[name];
  const written = variable("OTEL_TRACES_SAMPLER_ARG") ?? "1";
  const ratio = Number(written);
  if (make === undefined || !(ratio >= 0 && ratio <= 1)) {
    warnings.push(
      make === undefined
        ? `OTEL_TRACES_SAMPLER is none of ${Object.keys(samplers).join(", ")}; telemetry.sample_ratio holds.`
        : "OTEL_TRACES_SAMPLER_ARG is not a number from 0 to 1; telemetry.sample_ratio holds.",
    );
    return configured;
  }
  return make(ratio);
}

function positive(written: string | undefined): number | undefined {
  const number = Number(written);
  return number > 0 && number < Number.POSITIVE_INFINITY ? number : undefined;
}
