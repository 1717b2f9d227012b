import type { Provider } from "../contract.ts";
import { failure } from "../errors.ts";
import type { WireError } from "../wire/canonical.ts";
import type { Blocked } from "./schedule.ts";

/** Of several reasons the one that passes soonest is told; those that need a person come last. */
const order = [
  "busy",
  "limited",
  "rate-limited",
  "breaker-open",
  "spent",
  "rejected",
  "no-key",
] as const satisfies readonly Blocked["why"][];

/** What a client is told when no candidate may be asked right now. `providers` are the configured ones. */
export function blockedError(
  blocked: readonly [Blocked, ...Blocked[]],
  providers: Readonly<Record<string, Provider>>,
): WireError {
  const [first, ...rest] = blocked;
  const told = rest.reduce((best, one) => (order.indexOf(one.why) < order.indexOf(best.why) ? one : best), first);
  const waits = blocked.filter(({ why }) => why === told.why).map(({ retryAfterMs }) => retryAfterMs ?? 0);
  return describe(told, Math.min(...waits), providers);
}

function describe(
  { why, offer: { provider, model } }: Blocked,
  waitMs: number,
  providers: Readonly<Record<string, Provider>>,
): WireError {
  const retryAfterMs = Math.max(1000, waitMs);
  switch (why) {
    case "busy":
      return failure("overloaded", `Provider "${provider}" serves as many requests as it may (max_in_flight).`, {
        code: "provider_busy",
        retryAfterMs: 1000,
      });
    case "limited":
    case "rate-limited":
      return failure("rate-limited", `Every key of provider "${provider}" has reached its rate limit or budget.`, {
        code: "provider_keys_limited",
        retryAfterMs,
      });
    case "breaker-open":
      return failure(
        "provider-unavailable",
        `Provider "${provider}" failed too often to be asked for "${model}" now.`,
        {
          retryAfterMs,
        },
      );
    case "spent":
      return failure("billing", `Every key of provider "${provider}" is out of credit.`, {
        code: "provider_keys_spent",
      });
    case "rejected":
      return failure(
        "upstream-auth",
        `Provider "${provider}" rejected every key the gateway has for it. Check providers.${provider}.`,
      );
    case "no-key":
      return noKey(provider, providers[provider]);
  }
}

/** With `startup.allow_missing_keys` a provider can be there without its key. */
function noKey(id: string, provider: Provider | undefined): WireError {
  const refs = provider?.keys.flatMap(({ secret }) => secret) ?? [];
  const variable = refs.find((ref) => ref.from === "env")?.name ?? `providers.${id}.api_key`;
  return failure("upstream-auth", `Provider "${id}" has no API key. Set ${variable} where the gateway runs.`, {
    code: "upstream_key_missing",
  });
}
