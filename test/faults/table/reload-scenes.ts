import { expect } from "bun:test";
import { swapIn } from "../../../runtime/server/swap-in.ts";
import { type Bench, startBench } from "./bench.ts";
import { observe, requestOf } from "./observe.ts";
import type { Gets } from "./row.ts";
import { answer, upstream, well } from "./say.ts";

/** Reloads under way: each throws when a request notices. */

/** A stream that goes on for half a second. */
const slow = upstream({ eventDelayMs: 100 });

async function ask({ url }: Bench, stream: boolean): Promise<Gets> {
  const { path, body } = requestOf("chat", { stream });
  return observe(await fetch(url + path, { method: "POST", body }), "chat", stream);
}

async function status({ url }: Bench): Promise<unknown> {
  return (await fetch(`${url}/healthz`)).json();
}

/** A configuration that cannot be read keeps the old one; a good one takes over between requests. */
export async function reloads(): Promise<void> {
  const bench = await startBench({ upstreams: [slow, well], format: "openai-chat" });
  const running = ask(bench, true);
  while (bench.hits()["alpha"] !== 1) await Bun.sleep(5);

  const refused = await swapIn(bench.served, () => Promise.reject(new Error("arouter.toml:3: not TOML")));
  expect(refused).toEqual({ kind: "refused", generation: 1, problems: ["arouter.toml:3: not TOML"] });
  expect(await status(bench)).toMatchObject({ generation: 1, last_reload_error: "arouter.toml:3: not TOML" });
  expect(await ask(bench, false)).toEqual(answer("alpha", 1));

  const [, beta = bench.offers[0]] = bench.offers;
  const next = { ...bench.gateway, resolve: (model: string) => ({ model, offers: [beta] as const }) };
  expect(await swapIn(bench.served, () => Promise.resolve(next))).toEqual({ kind: "applied", generation: 2 });
  expect(await status(bench)).toMatchObject({ generation: 2 });
  expect(await ask(bench, false)).toEqual(answer("beta", 1));
  expect(await running).toEqual(answer("alpha", 1));
  await bench.stop();
}

/** Many ask at once: one reload serves them all, and no request fails. */
export async function reloadStorm(): Promise<void> {
  const bench = await startBench({ upstreams: [slow], format: "openai-chat" });
  const asked = Array.from({ length: 20 }, (_, nth) => ask(bench, nth % 2 === 0));
  const storms = Array.from({ length: 50 }, () => bench.served.requestReload());
  const generations = new Set((await Promise.all(storms)).map(({ generation }) => generation));
  expect([...generations]).toEqual([2]);
  expect(await Promise.all(asked)).toEqual(asked.map(() => answer("alpha", 1)));
  await bench.stop();
}
