import { readFile } from "node:fs/promises";
import type { Load } from "./loads.ts";
import type { Program } from "./programs.ts";

const concurrency = 16;

/** User and system time of a process so far, in milliseconds (proc(5): ticks of 10 ms). */
async function cpuMs(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, "utf8")).split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Sends a load and tells the microseconds of CPU time that each request took. Rejects when one fails. */
export async function cpuPerRequestMicros(program: Program, load: Load): Promise<number> {
  const body = JSON.stringify({
    model: load.model,
    ...(load.stream ? { stream: true } : {}),
    max_tokens: 100,
    messages: [{ role: "user", content: "x".repeat(load.bytes) }],
  });
  const before = await cpuMs(program.pid);
  let left = load.requests;
  async function worker(): Promise<void> {
    while (left-- > 0) {
      const answer = await fetch(program.url + load.path, { method: "POST", body });
      await answer.arrayBuffer();
      if (answer.status !== 200) throw new Error(`status ${answer.status}`);
    }
  }
  await Promise.all(Array.from({ length: concurrency }, worker));
  return (((await cpuMs(program.pid)) - before) * 1000) / load.requests;
}

export const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
