import type { Catalog, Provider } from "../../runtime/contract.ts";
import { defaults } from "../../schemas/defaults.ts";

/** What a provider has unless its test says otherwise: the product's own defaults. */
export const providerTerms = {
  pool: defaults.pool,
  retry: { ...defaults.retry, statuses: defaults.retryStatuses },
  breaker: { enabled: true, ...defaults.circuitBreaker },
  maxInFlight: 0,
  zdr: false,
  collectsData: true,
} as const satisfies Partial<Provider>;

/** What a catalog has unless its test says otherwise. */
export const catalogTerms = {
  routing: defaults.routing,
  failover: { ...defaults.failover, statuses: defaults.failoverStatuses, include4xx: false, relay401: false },
  retryBudget: defaults.retryBudget,
  benchmark: { enabled: false, intervalMs: 3_600_000 },
  admin: { key: [] },
  replyModel: "served",
  unknownModelStatus: 404,
  tiers: {},
} as const satisfies Partial<Catalog>;
