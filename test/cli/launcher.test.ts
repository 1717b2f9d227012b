import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { withFolder } from "../support/temporary-folder.ts";
import { goodFiles } from "./files.ts";
import { hostileFiles } from "./hostile-files.ts";

const patienceMs = 180_000;
const cli = join(import.meta.dir, "../../cli");
const node = Bun.which("node") ?? "node";
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.endsWith("_API_KEY")));

function launch(bin: string, argv: readonly string[], cwd: string, more: Record<string, string> = {}) {
  const { exitCode, stdout, stderr } = Bun.spawnSync([node, join(cli, bin), ...argv], {
    cwd,
    env: { ...env, ...more },
  });
  return { code: exitCode, out: stdout.toString(), err: stderr.toString() };
}

test(
  "arouter-compile is arouter compile, in the current folder and with its exit codes",
  async () => {
    await withFolder(goodFiles, async (folder) => {
      const said = { code: 0, out: "Compiled 2 rules for 2 providers into 6 files in dist/gateway\n", err: "" };
      expect(launch("arouter-compile.mjs", [], folder)).toEqual(said);
      expect(launch("arouter.mjs", ["compile"], folder)).toEqual(said);
      expect(existsSync(join(folder, "dist/gateway/router.gen.ts"))).toBe(true);
      expect(launch("arouter.mjs", ["compile", "--config", "nope.toml"], folder).code).toBe(2);
      await Bun.write(join(folder, "policies.yaml"), "rules: 1\n");
      expect(launch("arouter-compile.mjs", [], folder).code).toBe(1);
    });
  },
  patienceMs,
);

test(
  "nothing of a hostile current folder runs, nor does a preload in BUN_OPTIONS",
  async () => {
    await withFolder({ ...goodFiles, ...hostileFiles }, async (folder) => {
      const marker = join(folder, "pwned");
      const options = { BUN_OPTIONS: `--preload=${join(folder, "evil.ts")}`, BUN_BE_BUN: "1" };
      expect(launch("arouter.mjs", ["check"], folder, options).code).toBe(0);
      expect(existsSync(marker)).toBe(false);

      // The trap is real: without the launcher's flags it springs, and --no-env-file alone does not disarm it.
      Bun.spawnSync([process.execPath, "--no-env-file", join(cli, "main.ts"), "check"], { cwd: folder, env });
      expect(existsSync(marker)).toBe(true);
    });
  },
  patienceMs,
);

test(
  "serve without a key serves the simulator, says so, and what it prints to paste works",
  async () => {
    const config = `${goodFiles["arouter.toml"]}[startup]\nallow_missing_keys = true\n`;
    await withFolder({ ...goodFiles, "arouter.toml": config, ...hostileFiles }, async (folder) => {
      const started = Bun.spawn([node, join(cli, "arouter.mjs"), "serve", "--listen", "127.0.0.1:0"], {
        cwd: folder,
        env,
        stdout: "pipe",
        stderr: "inherit",
      });
      const printed = await readUntil(started.stdout, "print(answer");
      expect(printed).toContain("No provider key is set, so nothing leaves this machine");
      expect(printed).toContain("For real ones set one or more of ANTHROPIC_API_KEY, OPENAI_API_KEY.");
      expect(existsSync(join(folder, "pwned"))).toBe(false);

      const [, url = "", header = "", type = "", body = ""] =
        /curl (\S+) -H '(.+?)' -H '(.+?)' -d '(.+?)'/.exec(printed) ?? [];
      const headers = [header, type].map((line) => line.split(": ")).map(([name = "", value = ""]) => [name, value]);
      const response = await fetch(url, { method: "POST", headers: Object.fromEntries(headers), body });
      expect([response.status, response.headers.get("x-arouter-rule")]).toEqual([200, "trivial_to_mini"]);
      expect(JSON.stringify(await response.json())).toContain("hello");
      expect(printed).toContain(`client = OpenAI(base_url="${new URL(url).origin}/v1", api_key="anything")`);

      if (process.platform === "linux")
        expect(await childEnvironment(started.pid)).toContain("BUN_CONFIG_MAX_HTTP_REQUESTS=65336");
      started.kill("SIGTERM");
      expect(await started.exited).toBe(0);
      expect(fetch(url)).rejects.toThrow();
    });
  },
  patienceMs,
);

test(
  "the example without a key: models of all three vendors answer, from the simulator",
  async () => {
    const example = join(import.meta.dir, "../../policies");
    const files = Object.fromEntries(
      await Promise.all(
        ["arouter.toml", "policies.yaml"].map(async (name) => [name, await readFile(join(example, name), "utf8")]),
      ),
    );
    await withFolder(files, async (folder) => {
      const started = Bun.spawn([node, join(cli, "arouter.mjs"), "serve", "--listen", "127.0.0.1:0"], {
        cwd: folder,
        env,
        stdout: "pipe",
        stderr: "inherit",
      });
      const printed = await readUntil(started.stdout, "print(answer");
      expect(printed).toContain("a simulator of the OpenAI,\nAnthropic and Gemini APIs on http://127.0.0.1:");
      expect(printed).toContain("For real ones set one or more of ANTHROPIC_API_KEY, GEMINI_API_KEY, OPENAI_API_KEY.");
      const [, url = ""] = /listens on (\S+)/.exec(printed) ?? [];
      const providers = { "gpt-5": "openai", "claude-sonnet-4-5": "anthropic", "gemini-2.5-flash": "google" };
      for (const [model, provider] of Object.entries(providers)) {
        const body = JSON.stringify({ model, messages: [{ role: "user", content: "hello ".repeat(300) }] });
        const response = await fetch(`${url}/v1/chat/completions`, { method: "POST", body });
        expect([response.status, response.headers.get("x-arouter-provider")]).toEqual([200, provider]);
      }
      started.kill("SIGTERM");
      expect(await started.exited).toBe(0);
    });
  },
  patienceMs,
);

async function readUntil(output: ReadableStream<Uint8Array>, text: string): Promise<string> {
  const decoder = new TextDecoder();
  let read = "";
  for await (const bytes of output) {
    read += decoder.decode(bytes, { stream: true });
    if (read.includes(text)) return read;
  }
  throw new Error(`It ended before it printed ${text}:\n${read}`);
}

async function childEnvironment(pid: number): Promise<string> {
  const child = (await readFile(`/proc/${pid}/task/${pid}/children`, "utf8")).trim();
  return readFile(`/proc/${child}/environ`, "utf8");
}
