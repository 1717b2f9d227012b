/**
 * What it costs to be seen: CPU time per request of gateways with traces in their store, spans to a collector, or both and
 * metrics that are scraped each second, as ratios to a gateway with all of that off. All run side by side and are asked
 * in turns, against the same upstream, once the just-in-time compiler is done with them. `bun test/bench/observing.ts`.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cpuPerRequestMicros, median } from "./support/cpu-per-request.ts";
import { type Load, loads } from "./support/loads.ts";
import { type Program, start, startCompiled } from "./support/programs.ts";

const rounds = 9;
const wanted = 2;
const scrapeMs = 1000;
/** After about this many requests of a kind a gateway's code is as fast as it becomes. */
const warmUpRequests = 8000;

const folder = await mkdtemp(join(tmpdir(), "arouter-observed-"));
const upstream = await start([join(import.meta.dir, "programs/upstream.ts")], {});
const collector = await start([join(import.meta.dir, "programs/collector.ts")], {});
const store = (name: string) => ({ AROUTER_STORE: join(folder, `${name}.db`) });
const spans = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
const off = await startCompiled(upstream.url, { AROUTER_STORE: "off" });
const observed = {
  store: await startCompiled(upstream.url, store("store")),
  spans: await startCompiled(upstream.url, { AROUTER_STORE: "off", ...spans }),
  all: await startCompiled(upstream.url, { ...store("all"), ...spans }),
};
const scraping = setInterval(() => void fetch(`${observed.all.url}/metrics`).then((answer) => answer.text()), scrapeMs);

console.log("CPU per request, median of rounds           off µs     on µs  ratio  wanted");
for (const load of loads) {
  const warmUp = { ...load, requests: load.stream ? load.requests : warmUpRequests };
  for (const program of [off, ...Object.values(observed)]) await cpuPerRequestMicros(program, warmUp);
  const micros = await inTurns(load, [off, ...Object.values(observed)]);
  const without = micros[0] ?? Number.NaN;
  Object.keys(observed).forEach((name, index) => {
    const withIt = micros[index + 1] ?? Number.NaN;
    console.log(
      `${`${name}: ${load.name}`.padEnd(42)}${without.toFixed(0).padStart(8)}  ${withIt.toFixed(0).padStart(8)}  ${(withIt / without).toFixed(2).padStart(5)}  ${wanted.toFixed(2).padStart(6)}`,
    );
  });
}
clearInterval(scraping);
for (const program of [off, ...Object.values(observed), collector, upstream]) program.stop();
await rm(folder, { recursive: true });

/** The median of each program over all rounds. */
async function inTurns(load: Load, programs: readonly Program[]): Promise<readonly number[]> {
  const measured = programs.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, program] of programs.entries()) {
      measured[index]?.push(await cpuPerRequestMicros(program, load));
    }
  }
  return measured.map(median);
}
