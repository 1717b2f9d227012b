import type { Admission } from "../admission/admission";
import type { ReasoningMemory } from "../answer/reasoning-memory";
import type { Gateway } from "../contract";
import type { KeptIds } from "../kept/kept-ids";
import type { Logger } from "../log/logger";
import type { RequestRecorder } from "../log/request-recorder";
import type { Metrics } from "../metrics/metrics";
import type { RequestWatcher } from "../request/finished-request";
import type { ResponseStore } from "../responses/response-store";
import type { HotState } from "../routing/hot-state";
import type { RequestTrace } from "../telemetry/request-trace";
import type { Access } from "../upstream/access";
import type { UpstreamOptions } from "../upstream/upstream";
import type { Validation } from "../validation/validation";
import type { InFlight } from "./in-flight";

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
