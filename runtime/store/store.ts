import type { NewTrace, StoredTrace } from "./trace-row.ts";

/** Which requests; what is undefined does not matter. */
export type TraceFilter = Readonly<{
  /** Asked for, or served. */
  model: string | undefined;
  /** That served. */
  provider: string | undefined;
  rule: string | undefined;
  key: string | undefined;
  /** Both ends belong to it. */
  status: Readonly<{ from: number; to: number }> | undefined;
  /** Since 1970; the first moment that counts. */
  sinceMs: number | undefined;
  /** The first moment that no longer counts. */
  untilMs: number | undefined;
}>;

/** Newest first; with `after`, oldest first from there on. */
export type TraceQuery = TraceFilter &
  Readonly<{ limit: number; before: number | undefined; after: number | undefined }>;

export type UsageGroup = "model" | "provider" | "key" | "rule" | "day";
export type UsageQuery = TraceFilter & Readonly<{ by: UsageGroup }>;

/** What the attempts of one group of requests used. Money in nano-USD; `name` is null where there is none. */
export type UsageRow = Readonly<{
  name: string | null;
  requests: number;
  attempts: number;
  failed: number;
  uncached_input: number;
  cache_read: number;
  cache_write: number;
  output: number;
  reasoning: number;
  /** Attempts that used tokens of which no price is known. */
  unpriced: number;
  cost_nanos: bigint;
  charged_nanos: bigint;
}>;

/** The most expensive first, days in their order. `total` counts each request once, whatever groups it is in. */
export type UsageReport = Readonly<{ groups: readonly UsageRow[]; total: UsageRow }>;

export type SavingsGroup = "rule" | "model";
export type SavingsQuery = TraceFilter & Readonly<{ by: SavingsGroup }>;

/** What requests cost against what the models asked for would have cost. Only those count of which both are known. */
export type SavingsRow = Readonly<{
  rule: string | null;
  model_requested: string | null;
  model_served: string | null;
  requests: number;
  cost_nanos: bigint;
  requested_nanos: bigint;
  saved_nanos: bigint;
}>;

/** The largest saving first. */
export type SavingsReport = Readonly<{ groups: readonly SavingsRow[]; total: SavingsRow }>;

/** What is to go: what came in before, and all but the latest `keep`; at most `chunk` of each at a time. */
export type PruneQuery = Readonly<{ beforeMs: number; keep: number | undefined; chunk: number }>;

/**
 * Where traces are kept. SQLite is one; a database that several machines share would be another. Rejects when it cannot be
 * read or written.
 */
export type Store = Readonly<{
  /** All of them or none. One that is there already stays as it is. */
  append(traces: readonly NewTrace[]): Promise<void>;
  list(query: TraceQuery): Promise<readonly StoredTrace[]>;
  get(id: string): Promise<StoredTrace | undefined>;
  usage(query: UsageQuery): Promise<UsageReport>;
  savings(query: SavingsQuery): Promise<SavingsReport>;
  /** How many went. */
  prune(query: PruneQuery): Promise<number>;
  close(): Promise<void>;
}>;
