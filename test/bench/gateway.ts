/**
 * CPU time of the gateway per request, as a ratio to 30 lines of Bun that only forward, both measured in this run, in turns,
 * against the same upstream. `bun test/bench/gateway.ts`. CPU time and not wall time: machines are shared and noisy.
 */
import { join } from "node:path";
import { cpuPerRequestMicros, median } from "./support/cpu-per-request.ts";
import { loads } from "./support/loads.ts";
import { start, startCompiled } from "./support/programs.ts";

const rounds = 5;

const upstream = await start([join(import.meta.dir, "programs/upstream.ts")], {});
const floor = await start([join(import.meta.dir, "programs/floor.ts")], { UPSTREAM_URL: upstream.url });
const gateway = await startCompiled(upstream.url);
console.log("CPU per request, median of rounds   floor µs  gateway µs  ratio  wanted");
for (const load of loads) {
  await cpuPerRequestMicros(floor, load);
  await cpuPerRequestMicros(gateway, load);
  const pairs: (readonly [number, number])[] = [];
  for (let round = 0; round < rounds; round++) {
    pairs.push([await cpuPerRequestMicros(floor, load), await cpuPerRequestMicros(gateway, load)]);
  }
  const [base, ours] = [median(pairs.map(([first]) => first)), median(pairs.map(([, second]) => second))];
  console.log(
    `${load.name.padEnd(34)}  ${base.toFixed(0).padStart(8)}  ${ours.toFixed(0).padStart(10)}  ${(ours / base).toFixed(2).padStart(5)}  ${load.target.toFixed(2).padStart(6)}`,
  );
}
for (const program of [gateway, floor, upstream]) program.stop();
