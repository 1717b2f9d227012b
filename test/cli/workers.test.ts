import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Simulator, startSimulator } from "../../cli/sim/simulator.ts";
import type { Reloaded } from "../../runtime/server/reloaded.ts";
import { startWorkers, type Workers } from "../../runtime/server/workers.ts";
import { postText, rawRequest, rawSocket } from "../support/raw-request.ts";
import { spawnGateway } from "../support/spawn-gateway.ts";
import { withFolder } from "../support/temporary-folder.ts";
import { runCli } from "./run-cli.ts";
import { freePort, isOpen, type ServeProcess, startServe } from "./serve-process.ts";

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.stop());

const patienceMs = 180_000;
const policy = (rule: string) => `rules:\n  - name: ${rule}\n    then:\n      model: gpt-4.1\n`;
const files = (port: number) => ({
  "arouter.toml": `listen_addr = "127.0.0.1:${port}"
[router]
policy_file = "policies.yaml"
[providers.openai]
base_url = "${simulator.openaiUrl}"
api_key = "env.OPENAI_API_KEY"
[shutdown]
drain_ms = 3000
`,
  "policies.yaml": policy("first"),
});
const question = (stream: boolean) =>
  postText("/v1/chat/completions", { model: "gpt-4o", stream, messages: [{ role: "user", content: "hello" }] });

/** Status and rule of a request on a connection of its own, which the kernel gives to any worker. */
async function ask({ url }: Pick<ServeProcess, "url">): Promise<string> {
  const { status, head } = await rawRequest(url, question(false));
  return `${status} ${/^x-arouter-rule: (.*)$/m.exec(head)?.[1]?.trim()}`;
}

async function rulesOf(served: Pick<ServeProcess, "url">): Promise<Set<string>> {
  return new Set(await Promise.all(Array.from({ length: 40 }, () => ask(served))));
}

async function children(pid: number): Promise<readonly number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
  return text.split(" ").filter(Boolean).map(Number);
}

test.skipIf(process.platform !== "linux")(
  "R358 R364 R368 workers share the port of PROXY_PORT: a killed one is replaced under load, SIGHUP reaches all, SIGTERM drains all",
  async () => {
    const port = freePort();
    await withFolder(files(freePort()), async (folder) => {
      const served = await startServe(["--workers", "3", "--log", "none"], {
        cwd: folder,
        env: { PROXY_PORT: String(port) },
      });
      expect(served.output()).toContain(`listens on http://127.0.0.1:${port} with 3 workers\n`);
      expect(served.output().match(/listens on/g)).toHaveLength(1);
      const workers = await children(served.pid);
      expect(workers).toHaveLength(3);

      const clients = 16;
      const answers: string[] = [];
      let going = true;
      const load = Array.from({ length: clients }, async () => {
        while (going) answers.push(await ask(served).catch(() => "no answer"));
      });
      await Bun.sleep(300);
      process.kill(workers[0] ?? 0, "SIGKILL");
      await served.sees("warning: a worker ended (signal SIGKILL); another one starts");
      while ((await children(served.pid)).length < 3) await Bun.sleep(20);
      await Bun.sleep(1000);
      going = false;
      await Promise.all(load);
      const lost = answers.filter((answer) => answer !== "200 first");
      expect(lost.filter((answer) => answer.startsWith("200") || /^[45]/.test(answer))).toEqual([]);
      expect(lost.length).toBeLessThanOrEqual(clients);
      expect(answers.length).toBeGreaterThan(10 * clients);

      await writeFile(join(folder, "policies.yaml"), policy("second"));
      served.kill("SIGHUP");
      await served.sees("Reloaded: configuration 2 is in force.");
      expect(await rulesOf(served)).toEqual(new Set(["200 second"]));

      simulator.script({ times: 12, do: { text: "one two three four five", deltaChars: 2, eventDelayMs: 80 } });
      const streams = Array.from({ length: 12 }, () => rawSocket(served.url, question(true)));
      while (streams.some(({ received }) => !received().includes("data:"))) await Bun.sleep(5);
      served.kill("SIGTERM");
      await Bun.sleep(100);
      expect(await isOpen(served.url)).toBe(false);
      expect(await served.exited).toBe(0);
      expect(streams.filter(({ received }) => !received().includes("data: [DONE]"))).toEqual([]);
    });
  },
  patienceMs,
);

test.skipIf(process.platform !== "linux")(
  "a worker that ends is replaced by one with the configuration in force, and workers end with their supervisor",
  async () => {
    await withFolder(files(freePort()), async (folder) => {
      const served = await startServe(["--workers", "2", "--log", "none", "--watch", "--yes"], { cwd: folder });
      await writeFile(join(folder, "policies.yaml"), policy("second"));
      await served.sees("Reloaded: configuration 2 is in force.");
      for (const pid of await children(served.pid)) process.kill(pid, "SIGKILL");
      await served.sees("a worker ended");
      await served.sees("a worker ended");
      while (!(await isOpen(served.url))) await Bun.sleep(20);
      expect(await rulesOf(served)).toEqual(new Set(["200 second"]));
      expect(await (await fetch(`${served.url}/healthz`)).json()).toMatchObject({ generation: 2 });

      const config = files(freePort())["arouter.toml"].replace("env.OPENAI_API_KEY", "env.NO_KEY");
      await writeFile(join(folder, "arouter.toml"), config);
      await served.sees("environment variable NO_KEY are not set or empty");
      await served.sees("Not reloaded: configuration 2 stays in force.");
      expect(served.output().match(/NO_KEY are not set/g)).toHaveLength(1);
      expect(await (await fetch(`${served.url}/healthz`)).json()).toMatchObject({
        generation: 2,
        last_reload_error: expect.stringContaining("NO_KEY"),
      });

      served.kill("SIGKILL");
      await served.exited;
      while (await isOpen(served.url)) await Bun.sleep(20);
    });
  },
  patienceMs,
);

const requestsOf = (exposition: string) =>
  [...exposition.matchAll(/^arouter_requests_total\{.*\} (\d+)$/gm)].reduce((sum, [, count]) => sum + Number(count), 0);

test.skipIf(process.platform !== "linux")(
  "R42 GET /metrics of any worker tells of all workers, also of what one that has ended had counted",
  async () => {
    await withFolder(files(freePort()), async (folder) => {
      const served = await startServe(["--workers", "2", "--log", "none"], { cwd: folder });
      const counted = async () => {
        const { status, body } = await rawRequest(
          served.url,
          "GET /metrics HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n",
        );
        expect(status).toBe(200);
        return requestsOf(body);
      };
      await rulesOf(served);
      expect(await Promise.all(Array.from({ length: 10 }, counted))).toEqual(Array(10).fill(40));
      process.kill((await children(served.pid))[0] ?? 0, "SIGKILL");
      await served.sees("a worker ended");
      expect(await counted()).toBe(40);
      while ((await children(served.pid)).length < 2) await Bun.sleep(20);
      await rulesOf(served);
      expect(await counted()).toBe(80);
      served.kill("SIGTERM");
      expect(await served.exited).toBe(0);
    });
  },
  patienceMs,
);

/** Inside the repository, where generated code finds `arouter/runtime`. */
const outputs = join(import.meta.dir, "../../dist");

test(
  "R319 bun run dist/gateway: SIGHUP reads the generated code again, 50 times under load, with and without workers; a mixed folder is refused; what cannot start says so once",
  async () => {
    await mkdir(outputs, { recursive: true });
    const folder = await mkdtemp(join(outputs, "workers-"));
    const port = freePort();
    for (const [name, text] of Object.entries(files(port))) await writeFile(join(folder, name), text);
    const dist = join(folder, "gateway");
    const compile = async (rule: string) => {
      await writeFile(join(folder, "policies.yaml"), policy(rule));
      expect((await runCli(["compile", "--config", join(folder, "arouter.toml"), "--out", dist])).code).toBe(0);
    };
    const command = [process.execPath, "run", dist, "--log", "none"];
    const env = { ...process.env, AROUTER_OPENAI_API_KEY: "sk-test", AROUTER_STORE: "off" };
    try {
      for (const argv of [[], ["--workers", "2"]]) {
        await compile("first");
        const gateway = await spawnGateway([...command, ...argv], { env });
        expect(await rulesOf(gateway)).toEqual(new Set(["200 first"]));
        await compile("second");
        gateway.kill("SIGHUP");
        while (!gateway.output().includes("Reloaded: configuration 2 is in force.")) await Bun.sleep(10);
        expect(await rulesOf(gateway)).toEqual(new Set(["200 second"]));

        const router = join(dist, "router.gen.ts");
        const whole = await readFile(router, "utf8");
        const answers: string[] = [];
        let going = true;
        const load = Array.from({ length: 8 }, async () => {
          while (going) answers.push(await ask(gateway).catch(() => "no answer"));
        });
        for (let number = 3; number <= 52; number++) {
          await writeFile(router, whole.replaceAll('"second"', `"rule_${number}"`));
          gateway.kill("SIGHUP");
          while (!gateway.output().includes(`Reloaded: configuration ${number} is in force.`)) await Bun.sleep(2);
        }
        going = false;
        await Promise.all(load);
        expect(answers.filter((answer) => !/^200 (second|rule_\d+)$/.test(answer))).toEqual([]);
        expect(await rulesOf(gateway)).toEqual(new Set(["200 rule_52"]));

        await writeFile(router, whole.replace(/sha256:./, "sha256:?"));
        gateway.kill("SIGHUP");
        while (!gateway.output().includes("Not reloaded: configuration 52 stays in force.")) await Bun.sleep(10);
        expect(gateway.output()).toContain(
          `The files in ${dist} were made from different sources. Run: arouter compile`,
        );
        expect(await rulesOf(gateway)).toEqual(new Set(["200 rule_52"]));
        expect(await gateway.stop()).toBe(0);
      }

      await writeFile(join(folder, "policies.yaml"), policy("edited"));
      const stale = await spawnGateway(command, { env });
      expect(stale.output()).toContain("warning: policies.yaml has changed since this gateway was compiled from it.");
      expect(await stale.stop()).toBe(0);

      const start = async (argv: readonly string[], more: Record<string, string> = {}) => {
        const child = Bun.spawn([...command, ...argv], { env: { ...env, ...more }, stdout: "pipe", stderr: "pipe" });
        return [await child.exited, (await new Response(child.stderr).text()).split("\n")[0]];
      };
      await compile("first");
      expect(await start(["--workers", "2"], { AROUTER_OPENAI_API_KEY: "", OPENAI_API_KEY: "" })).toEqual([
        1,
        expect.stringMatching(/^error: Provider "openai" has no API key/),
      ]);
      expect(await start(["--workers", "2", "--listen", "127.0.0.1:0"])).toEqual([
        1,
        "error: With --workers, port 0 would give every worker a port of its own. Name one: --listen 127.0.0.1:8080",
      ]);
      const taken = Bun.serve({ port, hostname: "127.0.0.1", reusePort: true, fetch: () => new Response() });
      expect(await start(["--workers", "2"])).toEqual([
        1,
        expect.stringMatching(new RegExp(`^error: Cannot listen on 127.0.0.1:${port}: .* Choose another address`)),
      ]);
      await taken.stop(true);
      expect(await start(["--workers", "none"])).toEqual([
        2,
        'error: --workers takes a whole number from 1 to 256, not "none".',
      ]);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
  patienceMs,
);

test("arouter serve --workers takes a number", async () => {
  const { code, err } = await runCli(["serve", "--workers", "0"]);
  expect([code, err]).toEqual([
    2,
    'error: --workers takes a whole number from 1 to 256, not "0".\nRun: arouter serve --help\n',
  ]);
});

/** A worker that plays its part without serving anything. */
async function withFakes(
  count: number,
  program: string,
  use: (workers: Workers, warnings: readonly string[], folder: string) => Promise<void>,
): Promise<void> {
  await withFolder({ "worker.ts": `import { appendFileSync } from "node:fs";\n${program}` }, async (folder) => {
    const warnings: string[] = [];
    const result: Reloaded = { kind: "applied", generation: 7 };
    const workers = await startWorkers({
      count,
      command: [process.execPath, join(folder, "worker.ts")],
      env: {
        ...process.env,
        FOLDER: folder,
        BUN_OPTIONS: "--smol",
        BUN_BE_BUN: "1",
        BUN_CONFIG_MAX_HTTP_REQUESTS: undefined,
      },
      onReload: async ({ reload }) => {
        const all = await reload();
        return all.kind === "applied" ? result : all;
      },
      warn: (message) => warnings.push(message),
    });
    try {
      await use(workers, warnings, folder);
    } finally {
      workers.kill();
    }
  });
}

test(
  "a worker may ask to reload all of them, and is told what came of it; its environment runs no code but its own",
  async () => {
    const program = `
    const note = (text) => appendFileSync(process.env.FOLDER + "/notes", text + "\\n");
    note([process.env.BUN_OPTIONS, process.env.BUN_BE_BUN, process.env.BUN_CONFIG_MAX_HTTP_REQUESTS].join());
    process.on("message", (order) => {
      note(order.kind + JSON.stringify(order.result ?? ""));
      if (order.kind === "reload") process.send({ kind: "reloaded", result: { kind: "applied", generation: 2 } });
      if (order.kind === "stop") process.exit(0);
      if (order.kind === "asked") note("done");
    });
    process.send({ kind: "listening", urls: ["http://here"] });
    setTimeout(() => process.send({ kind: "ask-reload" }), 200);`;
    await withFakes(2, program, async (workers, _warnings, folder) => {
      expect(workers.urls).toEqual(["http://here"]);
      const notes = () => readFile(join(folder, "notes"), "utf8");
      while ((await notes()).split("done").length < 3) await Bun.sleep(10);
      expect(await notes()).toContain('asked{"kind":"applied","generation":7}');
      expect(await notes()).toStartWith(",,65336\n,,65336\n");
      expect(await workers.stop()).toBe(true);
    });
  },
  patienceMs,
);

test(
  "a worker that crashes again and again is started less and less often",
  async () => {
    const program = `
    appendFileSync(process.env.FOLDER + "/starts", "x");
    process.send({ kind: "listening", urls: [] });
    setTimeout(() => process.exit(3), 20);`;
    await withFakes(1, program, async (_workers, warnings, folder) => {
      await Bun.sleep(2500);
      const starts = (await readFile(join(folder, "starts"), "utf8")).length;
      expect(starts).toBeWithin(3, 7);
      expect(warnings.slice(0, 3)).toEqual([
        "a worker ended (exit code 3); another one starts in 100 ms.",
        "a worker ended (exit code 3); another one starts in 200 ms.",
        "a worker ended (exit code 3); another one starts in 400 ms.",
      ]);
    });
  },
  patienceMs,
);

test(
  "workers none of which can start are given up, with the first one's reason or how it ended",
  async () => {
    const failing = `process.send({ kind: "failed", problems: ["no key"] }); setTimeout(() => process.exit(1), 20);`;
    await expect(withFakes(2, failing, async () => undefined)).rejects.toThrow("no key");
    await expect(withFakes(2, "process.exit(9);", async () => undefined)).rejects.toThrow(
      "Every worker ended before it listened (exit code 9).",
    );
  },
  patienceMs,
);
