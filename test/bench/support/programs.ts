import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { compile } from "../../../compiler/compile.ts";
import { write } from "../../../compiler/write.ts";

const cache = join(import.meta.dir, "../../../node_modules/.cache");

/** Ten rules of which none matches, so that all are asked. */
const policies = `rules:\n${Array.from({ length: 10 }, (_, index) => `  - name: rule${index}\n    when: { has_tools: true, model_in: [model-${index}], stream: true }\n    then: { model: gpt-4o-mini }\n`).join("")}`;

export type Program = Readonly<{ url: string; pid: number; stop: () => void }>;

/** Runs a Bun program and waits until it says where it listens. */
export async function start(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Program> {
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

/** A compiled gateway before this upstream; nobody observes it, unless the environment says so. */
export async function startCompiled(
  upstreamUrl: string,
  env: Readonly<Record<string, string>> = { AROUTER_STORE: "off" },
): Promise<Program> {
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
  const program = await start([dist, "--listen", "127.0.0.1:0"], {
    AROUTER_LOG: "none",
    AROUTER_OPENAI_API_KEY: "key",
    AROUTER_ANTHROPIC_API_KEY: "key",
    ...env,
  });
  await rm(folder, { recursive: true });
  return program;
}
