import type { MetricsSnapshot } from "../metrics/metrics-snapshot.ts";
import type { Reloaded } from "./reloaded.ts";

/** What a supervisor tells a worker. */
export type Order =
  /** Read the configuration again; answered by `reloaded`. */
  | Readonly<{ kind: "reload" }>
  /** There is a configuration that cannot be used; answered by `reloaded`. */
  | Readonly<{ kind: "refuse"; problems: readonly string[] }>
  /** What came of this worker's `ask-reload`. */
  | Readonly<{ kind: "asked"; result: Reloaded }>
  /** Say what you have counted; answered by `metrics`. */
  | Readonly<{ kind: "tell-metrics" }>
  /** What came of this worker's `ask-metrics`: those of all workers. */
  | Readonly<{ kind: "all-metrics"; snapshots: readonly MetricsSnapshot[] }>
  | Readonly<{ kind: "stop" }>;

/** What a worker tells its supervisor. */
export type Report =
  | Readonly<{ kind: "listening"; urls: readonly string[] }>
  /** It cannot start. */
  | Readonly<{ kind: "failed"; problems: readonly string[] }>
  | Readonly<{ kind: "reloaded"; result: Reloaded }>
  /** A client of this worker asks to reload all of them. */
  | Readonly<{ kind: "ask-reload" }>
  | Readonly<{ kind: "metrics"; snapshot: MetricsSnapshot }>
  /** Somebody asks this worker for the metrics of all. */
  | Readonly<{ kind: "ask-metrics" }>;
