import type { Catalog, Provider } from "../../runtime/contract.ts";
import { defaults } from "../../schemas/defaults.ts";

/** What a provider has unless its test says otherwise: the product's own defaults. */
export const providerTerms = {
  pool: defaults.pool,
  retry: { ...defaults.retry, statuses: defaults.retryStatuses },
  breaker: { enabled: true, ...defaults.circuitBreaker },
  maxInFlight: 0,
  quarantine: true,
  zdr: false,
  collectsData: true,
} as const satisfies Partial<Provider>;

/** A 429 takes a key out of service: with this many, tests of one answer at a time never run out of them. */
export const spareKeys = 300;

/** For tests of one answer at a time: every upstream error reaches the client, and none is remembered. */
export const steadyTerms = {
  ...providerTerms,
  retry: { ...providerTerms.retry, maxAttempts: 1 },
  breaker: { ...providerTerms.breaker, enabled: false },
} as const satisfies Partial<Provider>;

/** Beside `steadyTerms`: no failure goes on to another candidate. */
export const steadyFailover = {
  ...defaults.failover,
  statuses: [],
  include4xx: false,
  relay401: false,
} as const satisfies Catalog["failover"];

/** What a catalog has unless its test says otherwise. */
export const catalogTerms = {
  routing: defaults.routing,
  failover: { ...defaults.failover, statuses: defaults.failoverStatuses, include4xx: false, relay401: false },
  retryBudget: defaults.retryBudget,
  translation: defaults.translation,
  store: { path: "off", retentionDays: 0, maxTraces: 0 },
  log: { maxBytes: 0, keep: 0, bodiesOf: ["*"], noBodiesOf: [] },
  telemetry: { ...defaults.telemetry, headers: {} },
  benchmark: { enabled: false, intervalMs: 3_600_000 },
  admin: { key: [] },
  replyModel: "served",
  unknownModelStatus: 404,
  tiers: {},
} as const satisfies Partial<Catalog>;
