import type { Admission } from "../admission/admission.ts";
import type { ReasoningMemory } from "../answer/reasoning-memory.ts";
import type { Gateway } from "../contract.ts";
import type { KeptIds } from "../kept/kept-ids.ts";
import type { Logger } from "../log/logger.ts";
import type { RequestRecorder } from "../log/request-recorder.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { RequestWatcher } from "../request/finished-request.ts";
import type { ResponseStore } from "../responses/response-store.ts";
import type { HotState } from "../routing/hot-state.ts";
import type { RequestTrace } from "../telemetry/request-trace.ts";
import type { Access } from "../upstream/access.ts";
import type { UpstreamOptions } from "../upstream/upstream.ts";
import type { Validation } from "../validation/validation.ts";
import type { InFlight } from "./in-flight.ts";

/** What the request path needs from outside; tests hand in their own clock, fetch and log. */
export type Dependencies = Readonly<{
  gateway: Gateway;
  admission: Admission;
  hot: HotState;
  reasoning: ReasoningMemory;
  responses: ResponseStore;
  keptIds: KeptIds;
  metrics: Metrics;
  /** Undefined when the operator wants no log file. */
  recorder: RequestRecorder | undefined;
  /** Keys clients must present when the gateway is not open. */
  clientKeys: readonly string[];
  validation: Validation;
  upstream: UpstreamOptions;
  access: Access;
  inFlight: InFlight;
  epochMs: () => number;
  /** Whether the time passed; false as soon as the signal fires. */
  sleep: (ms: number, signal: AbortSignal) => Promise<boolean>;
  newRequestId: () => string;
  /** What a request with these headers is traced as; undefined while nothing is traced. */
  beginTrace: (headers: Headers) => RequestTrace | undefined;
  keepAliveMs: number;
  stalledClientMs: number;
  /** Called once for every request, when the last byte of its answer was handed over. */
  finished: RequestWatcher;
  log: Logger;
}>;
