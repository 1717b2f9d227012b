/**
 * CPU time of the gateway per request, as a ratio to 30 lines of Bun that only forward, both measured in this run, in turns,
 * against the same upstream. `bun test/bench/gateway.ts`. CPU time and not wall time: machines are shared and noisy.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { compile } from "../../compiler/compile.ts";
import { write } from "../../compiler/write.ts";

const rounds = 5;
const concurrency = 16;
const cache = join(import.meta.dir, "../../node_modules/.cache");

type Load = Readonly<{
  name: string;
  path: string;
  model: string;
  stream: boolean;
  bytes: number;
  requests: number;
  target: number;
}>;
const loads: readonly Load[] = [
  {
    name: "1 KB, same format",
    path: "/v1/chat/completions",
    model: "gpt-4o",
    stream: false,
    bytes: 1000,
    requests: 2000,
    target: 1.6,
  },
  {
    name: "1 KB, translated",
    path: "/v1/chat/completions",
    model: "claude-sonnet-4-5",
    stream: false,
    bytes: 1000,
    requests: 2000,
    target: 2.6,
  },
  {
    name: "100 KB, same format",
    path: "/v1/chat/completions",
    model: "gpt-4o",
    stream: false,
    bytes: 100_000,
    requests: 600,
    target: 1.3,
  },
  {
    name: "64-event stream, same format",
    path: "/v1/chat/completions",
    model: "gpt-4o",
    stream: true,
    bytes: 1000,
    requests: 200,
    target: 1.25,
  },
  {
    name: "64-event stream, translated",
    path: "/v1/chat/completions",
    model: "claude-sonnet-4-5",
    stream: true,
    bytes: 1000,
    requests: 200,
    target: 2,
  },
];

/** Ten rules of which none matches, so that all are asked. */
const policies = `rules:\n${Array.from({ length: 10 }, (_, index) => `  - name: rule${index}\n    when: { has_tools: true, model_in: [model-${index}], stream: true }\n    then: { model: gpt-4o-mini }\n`).join("")}`;

type Program = Readonly<{ url: string; pid: number; stop: () => void }>;

async function start(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Program> {
  const child = Bun.spawn([process.execPath, "run", ...args], {
    env: { ...process.env, BUN_CONFIG_MAX_HTTP_REQUESTS: "65336", ...env },
    stdout: "pipe",
    stderr: "inherit",
  });
  let output = "";
  for await (const bytes of child.stdout) {
    output += new TextDecoder().decode(bytes);
    const url = /listens on (\S+)/.exec(output)?.[1];
    if (url !== undefined) return { url, pid: child.pid, stop: () => child.kill("SIGKILL") };
  }
  throw new Error(`${args.join(" ")} did not start:\n${output}`);
}

async function startCompiled(upstreamUrl: string): Promise<Program> {
  const folder = await mkdtemp(join(cache, "bench-"));
  const config = join(folder, "arouter.toml");
  await writeFile(join(folder, "policies.yaml"), policies);
  await writeFile(
    config,
    `[router]\npolicy_file = "policies.yaml"\n[providers.openai]\nbase_url = "${upstreamUrl}"\n[providers.anthropic]\nbase_url = "${upstreamUrl}"\n`,
  );
  const dist = join(folder, "dist");
  const compiled = await compile(config, { outDir: dist });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.diagnostics));
  await write(dist, compiled.files);
  const program = await start([dist, "--listen", "127.0.0.1:0", "--log", "none"], {
    AROUTER_OPENAI_API_KEY: "key",
    AROUTER_ANTHROPIC_API_KEY: "key",
  });
  await rm(folder, { recursive: true });
  return program;
}

/** User and system time of a process so far, in milliseconds (proc(5): ticks of 10 ms). */
async function cpuMs(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, "utf8")).split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function cpuPerRequestMicros(program: Program, load: Load): Promise<number> {
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

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

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
