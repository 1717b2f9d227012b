import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Simulator, startSimulator } from "../../cli/sim/simulator.ts";
import { withFolder } from "../support/temporary-folder.ts";
import { type ServeProcess, startServe } from "./serve-process.ts";

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.stop());

const patienceMs = 180_000;
const listen = ["--listen", "127.0.0.1:0", "--log", "none"];

/** A policy with one rule of this name. */
const policy = (rule: string, then = "model: gpt-4.1") => `rules:\n  - name: ${rule}\n    then:\n      ${then}\n`;

const files = () => ({
  "arouter.toml": `[router]\npolicy_file = "policies.yaml"\n[providers.openai]\nbase_url = "${simulator.openaiUrl}"\napi_key = "env.OPENAI_API_KEY"\n`,
  "policies.yaml": policy("first"),
});

/** The rule that decided about a request made now. */
async function rule({ url }: ServeProcess): Promise<string | null> {
  const body = JSON.stringify({ model: "gpt-4o", messages: [{ role: "user", content: "hello" }] });
  const response = await fetch(`${url}/v1/chat/completions`, { method: "POST", body });
  await response.text();
  return response.headers.get("x-arouter-rule");
}

async function generation({ url }: ServeProcess): Promise<unknown> {
  const body: unknown = await (await fetch(`${url}/healthz`)).json();
  return typeof body === "object" && body !== null && "generation" in body ? body.generation : undefined;
}

async function stop(served: ServeProcess): Promise<void> {
  served.kill("SIGTERM");
  expect(await served.exited).toBe(0);
}

test.concurrent(
  "R306 R319 R321 on a terminal a change is shown and asked about: n keeps the old, y applies, a further change replaces the question",
  async () => {
    await withFolder(files(), async (folder) => {
      const served = await startServe([...listen, "--watch"], { cwd: folder, terminal: true });
      const policies = join(folder, "policies.yaml");
      await writeFile(policies, policy("second"));
      await served.sees("The configuration changed:\n  - rule first\n  + rule second\nApply? [y/n] ");
      served.type("perhaps");
      await served.sees("Apply? [y/n] ");
      served.type("n");
      await served.sees("Not reloaded: the configuration before stays in force.");
      expect(await rule(served)).toBe("first");
      expect(await readFile(join(folder, "dist/gateway/router.gen.ts"), "utf8")).toContain('"first"');

      await writeFile(policies, policy("third"));
      await served.sees("+ rule third\nApply? [y/n] ");
      await writeFile(policies, policy("fourth"));
      await served.sees("+ rule fourth\nApply? [y/n] ");
      expect(await rule(served)).toBe("first");
      served.type("Yes");
      await served.sees("Reloaded: configuration 2 is in force.");
      expect(await rule(served)).toBe("fourth");
      expect(await readFile(join(folder, "dist/gateway/router.gen.ts"), "utf8")).toContain('"fourth"');

      await writeFile(policies, policy("fifth"));
      await served.sees("Apply? [y/n] ");
      await writeFile(policies, policy("fourth"));
      await served.sees("The configuration is again the one in force.");
      served.type("y");
      await Bun.sleep(100);
      expect([await rule(served), await generation(served)]).toEqual(["fourth", 2]);
      await stop(served);
    });
  },
  patienceMs,
);

test.concurrent(
  "R319 F157 --yes applies what any editor does to a file, and leaves a broken one alone",
  async () => {
    await withFolder(files(), async (folder) => {
      const served = await startServe([...listen, "--watch", "--yes"], { cwd: folder });
      const at = (name: string) => join(folder, name);
      const policies = at("policies.yaml");

      await writeFile(policies, policy("in_place"));
      await served.sees("Reloaded: configuration 2 is in force.");
      expect(await rule(served)).toBe("in_place");

      for (const [number, name] of ["renamed_over", "renamed_again"].entries()) {
        await writeFile(at(".policies.swp"), policy(name));
        await rename(at(".policies.swp"), policies);
        await served.sees(`Reloaded: configuration ${number + 3} is in force.`);
        expect(await rule(served)).toBe(name);
      }

      await rm(policies);
      await Bun.sleep(100);
      await writeFile(policies, policy("deleted_and_created"));
      await served.sees("Reloaded: configuration 5 is in force.");
      expect(await rule(served)).toBe("deleted_and_created");

      // Longer than the quiet time lies between the halves: the first is looked at, and is broken.
      await writeFile(policies, "rules:\n  - name: half\n    th");
      await served.sees("policies.yaml:3:5: error");
      await served.sees("Not reloaded: configuration 5 stays in force.");
      expect(await rule(served)).toBe("deleted_and_created");
      await writeFile(policies, policy("completed"));
      await served.sees("Reloaded: configuration 6 is in force.");
      expect(await rule(served)).toBe("completed");

      const before = served.output().length;
      for (let save = 1; save <= 8; save++) {
        await writeFile(policies, policy(`save_${save}`));
        await Bun.sleep(80);
      }
      await served.sees("Reloaded: configuration 7 is in force.");
      await Bun.sleep(1200);
      expect(
        served
          .output()
          .slice(before)
          .match(/changed:/g),
      ).toHaveLength(1);
      expect(await rule(served)).toBe("save_8");
      await stop(served);
    });
  },
  patienceMs,
);

test.concurrent(
  "files that are named anew are watched, a missing one too, links that are swapped, and a configuration that comes back",
  async () => {
    await withFolder({}, async (folder) => {
      const at = (name: string) => join(folder, name);
      for (const [release, name] of ["one", "two"].entries()) {
        await mkdir(at(`releases/${release}`), { recursive: true });
        await writeFile(at(`releases/${release}/arouter.toml`), files()["arouter.toml"]);
        await writeFile(at(`releases/${release}/policies.yaml`), policy(`link_${name}`));
      }
      await symlink("releases/0", at("live"));
      const served = await startServe([...listen, "--watch", "--yes", "--config", "live/arouter.toml"], {
        cwd: folder,
      });
      expect(await rule(served)).toBe("link_one");
      await symlink("releases/1", at("next"));
      await rename(at("next"), at("live"));
      await served.sees("Reloaded: configuration 2 is in force.");
      expect(await rule(served)).toBe("link_two");

      const named = files()["arouter.toml"].replace("policies.yaml", "rules/more.yaml");
      await writeFile(at("live/arouter.toml"), named);
      await served.sees("AR002");
      await mkdir(at("live/rules"));
      await writeFile(
        at("live/rules/more.yaml"),
        policy("named_anew", "model: gpt-4.1\n      validate: [answer.json]"),
      );
      await served.sees("answer.json");
      await writeFile(at("live/rules/answer.json"), '{"type": "string"}');
      await served.sees("+ setting schema answer.json\nReloaded: configuration 3 is in force.");
      expect(await rule(served)).toBe("named_anew");
      await writeFile(at("live/rules/answer.json"), '{"type": "object"}');
      await served.sees("~ setting schema answer.json: type string -> object\nReloaded: configuration 4 is in force.");

      await rm(at("live/arouter.toml"));
      await served.sees("AR001");
      await served.sees("Not reloaded: configuration 4 stays in force.");
      await writeFile(at("live/arouter.toml"), files()["arouter.toml"]);
      await served.sees("Reloaded: configuration 5 is in force.");
      expect(await rule(served)).toBe("link_two");
      await stop(served);
    });
  },
  patienceMs,
);

test.concurrent(
  "R321 without a terminal and without --yes a change is shown and not applied; SIGHUP applies it, watched or not",
  async () => {
    await withFolder(files(), async (folder) => {
      const served = await startServe([...listen, "--watch"], { cwd: folder });
      await writeFile(join(folder, "policies.yaml"), policy("second"));
      await served.sees(
        "+ rule second\nNot reloaded: there is no terminal to ask on. Start with --yes to apply changes",
      );
      expect(await rule(served)).toBe("first");
      served.kill("SIGHUP");
      await served.sees("+ rule second\nReloaded: configuration 2 is in force.");
      expect(await rule(served)).toBe("second");
      await stop(served);

      const unwatched = await startServe(listen, { cwd: folder });
      await writeFile(join(folder, "policies.yaml"), policy("third"));
      await Bun.sleep(800);
      expect(await rule(unwatched)).toBe("second");
      unwatched.kill("SIGHUP");
      await unwatched.sees("Reloaded: configuration 2 is in force.");
      expect(await rule(unwatched)).toBe("third");
      await writeFile(join(folder, "policies.yaml"), "rules: none\n");
      unwatched.kill("SIGHUP");
      await unwatched.sees("Not reloaded: configuration 2 stays in force.");
      expect(await rule(unwatched)).toBe("third");
      await stop(unwatched);
    });
  },
  patienceMs,
);

test.concurrent(
  "what cannot be put into service is refused with the reason, and the code of the old configuration is written again",
  async () => {
    await withFolder(files(), async (folder) => {
      const served = await startServe([...listen, "--watch", "--yes"], { cwd: folder });
      const config = files()["arouter.toml"].replace("env.OPENAI_API_KEY", "env.NO_KEY");
      await writeFile(join(folder, "arouter.toml"), config);
      await served.sees("environment variable NO_KEY are not set or empty");
      await served.sees("Not reloaded: configuration 1 stays in force.");
      expect(await rule(served)).toBe("first");
      expect(await readFile(join(folder, "dist/gateway/catalog.gen.ts"), "utf8")).not.toContain("NO_KEY");
      await stop(served);
    });
  },
  patienceMs,
);
