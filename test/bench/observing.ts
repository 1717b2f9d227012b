/**
 * What it costs to be seen: CPU time per request of a gateway with traces in its store, spans to a collector, and metrics
 * that are scraped each second, as a ratio to the same gateway with all of that off. Both measured
 * in this run, in turns, against the same upstream. `bun test/bench/observing.ts`.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cpuPerRequestMicros, median } from "./support/cpu-per-request.ts";
import { loads } from "./support/loads.ts";
import { start, startCompiled } from "./support/programs.ts";

const rounds = 5;
const wanted = 2;
const scrapeMs = 1000;

const folder = await mkdtemp(join(tmpdir(), "arouter-observed-"));
const upstream = await start([join(import.meta.dir, "programs/upstream.ts")], {});
const collector = await start([join(import.meta.dir, "programs/collector.ts")], {});
const off = await startCompiled(upstream.url);
const settings = { AROUTER_STORE: join(folder, "traces.db"), OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
const variants = [
  { name: "store", env: { AROUTER_STORE: settings.AROUTER_STORE } },
  { name: "spans", env: { AROUTER_STORE: "off", OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } },
  { name: "all", env: settings },
] as const;

console.log("CPU per request, median of rounds           off µs     on µs  ratio  wanted");
for (const { name, env } of variants) {
  const on = await startCompiled(upstream.url, env);
  const scraping =
    name === "all"
      ? setInterval(() => void fetch(`${on.url}/metrics`).then((answer) => answer.text()), scrapeMs)
      : undefined;
  for (const load of loads) {
    await cpuPerRequestMicros(off, load);
    await cpuPerRequestMicros(on, load);
    const pairs: (readonly [number, number])[] = [];
    for (let round = 0; round < rounds; round++) {
      pairs.push([await cpuPerRequestMicros(off, load), await cpuPerRequestMicros(on, load)]);
    }
    const [without, withAll] = [median(pairs.map(([first]) => first)), median(pairs.map(([, second]) => second))];
    console.log(
      `${`${name}: ${load.name}`.padEnd(42)}${without.toFixed(0).padStart(8)}  ${withAll.toFixed(0).padStart(8)}  ${(withAll / without).toFixed(2).padStart(5)}  ${wanted.toFixed(2).padStart(6)}`,
    );
  }
  clearInterval(scraping);
  on.stop();
}
for (const program of [off, collector, upstream]) program.stop();
await rm(folder, { recursive: true });
