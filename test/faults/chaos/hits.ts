import type { Hit } from "./upstream.ts";

/** All that reached the providers, in order, by the request it belongs to. */
export type Hits = Readonly<{
  add(hit: Hit): void;
  count(request: number, provider: string): number;
  of(request: number): readonly Hit[];
  all(): Iterable<Hit>;
}>;

export function createHits(): Hits {
  const byRequest = new Map<number, Hit[]>();
  const of = (request: number) => byRequest.get(request) ?? [];
  return {
    add: (hit) => {
      const known = byRequest.get(hit.request);
      if (known === undefined) byRequest.set(hit.request, [hit]);
      else known.push(hit);
    },
    count: (request, provider) => of(request).filter((hit) => hit.provider === provider).length,
    of,
    all: function* () {
      for (const hits of byRequest.values()) yield* hits;
    },
  };
}

/** Why a provider was asked: anew, with its next key, on a fresh connection after a reset, or once more. */
export type Reason = "first" | "next key" | "resent" | "retry";

/** A reset this soon is a connection that was closed while idle: the request goes out again at once, and once. */
const staleMs = 1000;

/** The reasons of one request's hits, in their order. */
export function reasonsOf(hits: readonly Hit[]): readonly Reason[] {
  const before = new Map<string, { hits: Hit[]; last: Reason }>();
  return hits.map((hit) => {
    const known = before.get(hit.provider);
    const reason = known === undefined ? "first" : reasonAfter(known.hits, known.last, hit);
    before.set(hit.provider, { hits: [...(known?.hits ?? []), hit], last: reason });
    return reason;
  });
}

function reasonAfter(earlier: readonly Hit[], last: Reason, hit: Hit): Reason {
  const previous = earlier.at(-1);
  const sameKey = previous?.key === hit.key;
  if (previous?.fault === "reset" && last !== "resent" && sameKey && hit.atMs - previous.atMs < staleMs)
    return "resent";
  const ofKey = previous?.fault?.startsWith("429") === true || previous?.fault === "401";
  return ofKey && earlier.every(({ key }) => key !== hit.key) ? "next key" : "retry";
}
