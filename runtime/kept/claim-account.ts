import type { Surface, WireFormat } from "../contract.ts";
import type { Account } from "../request/request-memory.ts";
import { blockedError } from "../routing/blocked-error.ts";
import type { Blocked, Candidate } from "../routing/schedule.ts";
import type { Dependencies } from "../server/dependencies.ts";
import type { WireError } from "../wire/canonical.ts";
import { noProvider } from "./kept-errors.ts";
import type { KeptResource } from "./kept-resource.ts";

/** A place and a key at a provider that speaks the API. */
export type Claimed = Readonly<{ candidate: Candidate; surface: Surface }>;

type Wanted = Readonly<{ dialect: WireFormat; resource?: KeptResource }>;

const vendors = {
  "openai-chat": "OpenAI",
  "openai-responses": "OpenAI",
  "anthropic-messages": "Anthropic",
  gemini: "Google",
} as const satisfies Record<WireFormat, string>;

/**
 * The account that has what is asked for; where none is known, the first provider with that API, and of its keys always
 * the first that can be used: a vendor shows an account's things to all keys of that account only.
 */
export function claimAccount(
  { dialect, resource }: Wanted,
  known: Account | undefined,
  deps: Pick<Dependencies, "gateway" | "hot">,
): Claimed | WireError {
  const { providers } = deps.gateway.catalog;
  const ids = known === undefined ? Object.keys(providers) : [known.provider];
  const found = ids.flatMap((provider) => {
    const surface = surfaceFor(providers[provider], dialect);
    return surface === undefined ? [] : [{ provider, surface }];
  });
  const [first] = found;
  const name = resource?.name ?? "responses";
  if (first === undefined) return noProvider(name, vendors[dialect]);
  const { provider, surface } = first;
  const offer = { provider, model: name };
  let blocked: Blocked = { offer, why: "no-key", retryAfterMs: undefined };
  const turns = turnsOf(provider, known?.key, deps);
  for (const lastResort of [false, true]) {
    for (const exclude of turns) {
      const claimed = deps.hot.claim(offer, { exclude, lastResort, again: false, tokens: 0 });
      if (!("why" in claimed)) return { candidate: claimed, surface };
      blocked = claimed;
    }
  }
  return blockedError([blocked], providers);
}

function surfaceFor(
  provider: Dependencies["gateway"]["catalog"]["providers"][string] | undefined,
  dialect: WireFormat,
) {
  if (provider === undefined) return undefined;
  const isOpenai = dialect.startsWith("openai");
  const fits = ({ format }: Surface) => (isOpenai ? format.startsWith("openai") : format === dialect);
  return [provider, ...(provider.also ?? [])].find(fits);
}

/** For each key that may be taken, in order, the keys that may not. */
function turnsOf(
  provider: string,
  only: string | undefined,
  { hot }: Pick<Dependencies, "hot">,
): readonly ReadonlySet<string>[] {
  const keys = (hot.pools.get(provider)?.report() ?? []).map(({ id }) => id);
  const usable = only === undefined ? keys : keys.filter((id) => id === only);
  const turns = usable.map((id) => new Set(keys.filter((other) => other !== id)));
  return turns.length === 0 ? [new Set()] : turns;
}
