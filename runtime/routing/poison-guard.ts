import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";

/** Tells requests that break upstreams from upstreams that are broken. */
export type PoisonGuard = Readonly<{
  /** `body` met a 5xx at `target`. Whether it did so at another target before: then the body is the suspect. */
  suspect(body: Uint8Array, target: string): boolean;
}>;

const remembered = 10_000;
const rememberedMs = 10 * 60_000;

/** Only failures cost a digest, and only digests are kept. */
export function createPoisonGuard(now: () => number): PoisonGuard {
  // A resolution of 0 asks `now` each time; else a timer says when the time read last is too old.
  const targets = new LRUCache<string, Set<string>>({
    max: remembered,
    ttl: rememberedMs,
    ttlResolution: 0,
    perf: { now },
  });
  return {
    suspect: (body, target) => {
      const digest = createHash("sha256").update(body).digest("base64");
      const known = targets.get(digest) ?? new Set<string>();
      known.add(target);
      targets.set(digest, known);
      return known.size > 1;
    },
  };
}
