import { describe, expect, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expectGolden } from "../support/golden.ts";
import { withFolder } from "../support/temporary-folder.ts";
import { runCli } from "./run-cli.ts";

const golden = (name: string) => join(import.meta.dir, "golden", "catalog", name);

const files = {
  "arouter.toml": `[router]
policy_file = "policies.yaml"
[providers.openai]
[providers.house]
type = "openai"
base_url = "http://127.0.0.1:9000/v1"
lacks = ["tools"]
[[models]]
name = "house-small"
provider = "house"
context = 32_000
price = { prompt = "0.05", completion = "0.1" }
`,
  "policies.yaml": `rules:
  - name: small
    when: { tokens_input_lt: 250 }
    then:
      model: gpt-4o-mini
      validate: [json_schema]
      fallback_chain: [house-small]
`,
  "list.json": JSON.stringify({
    "gpt-4o-mini": {
      litellm_provider: "openai",
      mode: "chat",
      input_cost_per_token: 2e-7,
      output_cost_per_token: 6e-7,
      cache_read_input_token_cost: 7.5e-8,
      max_output_tokens: 20_000,
    },
  }),
};

/** Runs commands in a folder of these files; all of them say where the configuration is. */
async function inFolder(
  use: (
    run: (...argv: readonly string[]) => ReturnType<typeof runCli>,
    read: (file: string) => Promise<string>,
  ) => Promise<void>,
  more: Readonly<Record<string, string>> = {},
): Promise<void> {
  await withFolder({ ...files, ...more }, async (folder) => {
    const plain = (text: string) => text.replaceAll(/[^\s"]*\/(?=arouter\.lock|list\.json)/g, "");
    await use(
      async (...argv) => {
        const { code, out, err } = await runCli([...argv, "--config", join(folder, "arouter.toml")], { columns: 100 });
        return { code, out: plain(out), err: plain(err) };
      },
      (file) => readFile(join(folder, file), "utf8"),
    );
  });
}

describe("arouter lock", () => {
  test("writes what a compile then takes, twice the same", () =>
    inFolder(async (run, read) => {
      const first = await run("lock", "--date", "2026-11-21");
      expect(first).toEqual({ code: 0, out: "Wrote arouter.lock: 2 models, 2 added\n", err: "" });
      const text = await read("arouter.lock");
      await expectGolden(golden("arouter.lock.txt"), text);
      expect((await run("check")).err).toBe("");
      const again = await run("lock", "--date", "2026-11-21");
      expect(again.out).toBe("arouter.lock is up to date: 2 models\n");
      expect(await read("arouter.lock")).toBe(text);
    }));

  test("--dry-run and --json write nothing, and tell what would be", () =>
    inFolder(async (run, read) => {
      const { out } = await run("lock", "--dry-run", "--json", "--date", "2026-11-21");
      expect(JSON.parse(out)).toEqual({
        lock: "arouter.lock",
        written: false,
        date: "2026-11-21",
        models: 2,
        added: ["house/house-small", "openai/gpt-4o-mini"],
        removed: [],
        changed: [],
      });
      expect(read("arouter.lock")).rejects.toThrow("ENOENT");
    }));

  test("makes an edited lock anew, and says so", () =>
    inFolder(
      async (run, read) => {
        expect((await run("check")).code).toBe(1);
        const { code, err } = await run("lock");
        expect({ code, err }).toEqual({
          code: 0,
          err: "warning: arouter.lock was changed by hand or cannot be read, so it is made anew.\n",
        });
        expect(await read("arouter.lock")).not.toContain("sha256:0000");
        expect((await run("check")).err).toBe("");
      },
      {
        "arouter.lock":
          '{ "version": 1, "catalog": "c", "date": "2026-11-21", "digest": "sha256:0000", "models": { "openai/x": {} } }',
      },
    ));

  test("a configuration with errors is not locked", () =>
    inFolder(
      async (run) => {
        const { code, err } = await run("lock");
        expect(code).toBe(1);
        expect(err).toContain("AR111");
      },
      { "arouter.toml": "[nothing]\n" },
    ));
});

describe("arouter catalog", () => {
  test("list", () =>
    inFolder(async (run) => {
      await expectGolden(golden("list.txt"), (await run("catalog", "list")).out);
    }));

  test("show tells where each fact is from: configuration, provider, lock, catalogue", () =>
    inFolder(async (run) => {
      await expectGolden(golden("show-house.txt"), (await run("catalog", "show", "house-small")).out);
      await expectGolden(golden("show-gpt.txt"), (await run("catalog", "show", "gpt-4o-mini")).out);
      await run("lock", "--date", "2026-11-21");
      await expectGolden(golden("show-gpt-locked.txt"), (await run("catalog", "show", "gpt-4o-mini")).out);
    }));

  test("update shows what a list changes, and writes it only when it is told to", () =>
    inFolder(async (run, read) => {
      const update = ["catalog", "update", "--from", "list.json", "--date", "2026-11-21"];
      await run("lock", "--date", "2026-11-01");
      const before = await read("arouter.lock");
      const from = join(import.meta.dir, "..", "..", "no-such-list.json");
      expect((await run("catalog", "update", "--from", from)).code).toBe(2);
      await withFolder(files, async (folder) => {
        update[3] = join(folder, "list.json");
        const dry = await run(...update, "--write", "--dry-run");
        expect(await read("arouter.lock")).toBe(before);
        const wet = await run(...update, "--write");
        expect(dry.out).toBe(wet.out.replace("Wrote arouter.lock", "Would write arouter.lock with --write"));
        await expectGolden(golden("update.txt"), wet.err + wet.out);
        expect((await run("check")).err).toBe("");
        const { out } = await run("catalog", "show", "gpt-4o-mini");
        expect(out).toMatch(/^prompt +0\.2 +list\.json sha256:[0-9a-f]{12} +2026-11-21$/m);
        expect(out).toMatch(/^max_output +20000 +list\.json/m);
        const json = JSON.parse((await run(...update, "--json")).out);
        expect(json).toMatchObject({ written: false, changed: [], absent: ["house/house-small"] });
      });
    }));

  const wrong: readonly (readonly [argv: readonly string[], message: string])[] = [
    [["catalog", "shwo"], 'There is no action "shwo". Did you mean "show"?'],
    [["catalog", "x"], 'There is no action "x". Actions are list, show, update.'],
    [["catalog", "show"], "Say which model: arouter catalog show MODEL."],
    [["catalog", "update"], "Say which list to read: --from FILE."],
    [["catalog", "update", "--from", "nothing.json"], 'The file "nothing.json" does not exist.'],
    [["catalog", "update", "--from", "x", "--date", "2026-02-31x"], "--date takes a day such as 2026-11-21."],
  ];
  test.each(wrong)("%p", (argv, message) =>
    inFolder(async (run) => {
      const { code, err } = await run(...argv);
      expect({ code, err }).toEqual({ code: 2, err: `error: ${message}\nRun: arouter catalog --help\n` });
    }),
  );

  test("a list with a price that is none is refused at that price, and nothing is written", () =>
    withFolder({ ...files, "list.json": files["list.json"].replace("2e-7", "-1e-7") }, async (folder) => {
      const argv = ["catalog", "update", "--write", "--from", join(folder, "list.json")];
      const { code, err } = await runCli([...argv, "--config", join(folder, "arouter.toml")]);
      expect(code).toBe(1);
      expect(err).toContain("error AR214 price: The price -1e-7 is no amount of US dollars.");
      expect(readFile(join(folder, "arouter.lock"))).rejects.toThrow("ENOENT");
    }));
});
