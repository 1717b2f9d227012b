/**
 * A gateway as its own process: what `dist/gateway/index.ts` is, without the compiler. UPSTREAM_URL names both providers'
 * base URL; DRAIN_MS is how long a shutdown waits; BREAK_AFTER_MS makes a promise of nobody's reject after that time.
 */
import { main } from "../../runtime/main.ts";
import { testGateway } from "./served.ts";

// Patient: under load it is the machine that is slow, not the provider.
const timeouts = { connectMs: 60_000, firstByteMs: 90_000, idleMs: 90_000, totalMs: 120_000 };
const shutdown = { drainMs: Number(Bun.env["DRAIN_MS"] ?? 2000) };
await main(testGateway({ upstreamUrl: Bun.env["UPSTREAM_URL"] ?? "", provider: { timeouts }, catalog: { shutdown } }));
const breakAfterMs = Number(Bun.env["BREAK_AFTER_MS"] ?? 0);
if (breakAfterMs > 0) setTimeout(() => void Promise.reject(new Error("nobody's rejection")), breakAfterMs);
if (breakAfterMs > 0) {
  setTimeout(() => {
    throw new Error("nobody's throw");
  }, breakAfterMs);
}
