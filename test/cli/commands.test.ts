import { expect, test } from "bun:test";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expectGolden } from "../support/golden.ts";
import { withFolder } from "../support/temporary-folder.ts";
import { badFiles, goodFiles } from "./files.ts";
import { runCli } from "./run-cli.ts";

const patienceMs = 180_000;
const golden = (name: string) => join(import.meta.dir, "golden", name);

test.each([
  "init",
  "compile",
  "check",
  "validate",
  "explain",
  "diff",
  "test",
  "lock",
  "catalog",
  "serve",
  "build",
  "traces",
  "trace",
  "usage",
  "savings",
  "replay",
  "docs",
])("arouter %s --help", async (command) => {
  const { code, out, err } = await runCli([command, "--help"]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  await expectGolden(golden(`${command}-help.txt`), out);
  expect((await runCli([command, "-help"])).out).toBe(out);
  expect((await runCli([command, "-h"])).out).toBe(out);
});

test("arouter --help names every command; without a command it is an error", async () => {
  const { code, out } = await runCli(["--help"]);
  expect(code).toBe(0);
  await expectGolden(golden("help.txt"), out);
  expect(await runCli([])).toEqual({ code: 2, out: "", err: out });
});

test.each([
  [["compil"], 'Unknown command "compil". Did you mean "compile"?', "arouter --help"],
  [["frobnicate"], 'Unknown command "frobnicate".', "arouter --help"],
  [["check", "--confg", "x"], 'Unknown option "--confg". Did you mean "--config"?', "arouter check --help"],
  [["check", "-confg=x"], 'Unknown option "-confg". Did you mean "--config"?', "arouter check --help"],
  [["check", "--config"], "--config needs a value: --config FILE", "arouter check --help"],
  [["check", "--print-ir=yes"], "--print-ir takes no value.", "arouter check --help"],
  [
    ["check", "--format", "jsno"],
    '--format is pretty or json or github or sarif, not "jsno". Did you mean "json"?',
    "arouter check --help",
  ],
  [["check", "extra"], 'Unexpected argument "extra".', "arouter check --help"],
  [["replay"], "Missing FILE.", "arouter replay --help"],
])("wrong usage %p exits 2 and says what to type", async (argv, message, help) => {
  expect(await runCli(argv)).toEqual({ code: 2, out: "", err: `error: ${message}\nRun: ${help}\n` });
});

test.each([["--config"], ["-config"]])("%s, with a space or an equals sign", async (flag) => {
  await withFolder(goodFiles, async (folder) => {
    const config = join(folder, "arouter.toml");
    const expected = { code: 0, out: "2 rules, 0 warnings, no errors\n", err: "" };
    expect(await runCli(["check", flag, config])).toEqual(expected);
    expect(await runCli(["check", `${flag}=${config}`])).toEqual(expected);
  });
});

test(
  "compile writes the gateway and says so in one line; a failed one leaves it alone",
  async () => {
    await withFolder(goodFiles, async (folder) => {
      const out = join(folder, "dist/gateway");
      const argv = ["compile", "--config", join(folder, "arouter.toml"), "--out", out];
      const { code, out: printed, err } = await runCli(argv);
      expect({ code, err }).toEqual({ code: 0, err: "" });
      expect(printed).toMatch(/^Compiled 2 rules for 2 providers into 6 files in .*dist\/gateway\n$/);
      const generated = ["catalog.gen.ts", "index.ts", "prices.gen.ts", "router.gen.ts"];
      const names = [...generated, "validators.gen.d.ts", "validators.gen.js"];
      expect((await readdir(out)).sort()).toEqual(names);

      const router = await readFile(join(out, "router.gen.ts"), "utf8");
      await Bun.write(join(folder, "policies.yaml"), badFiles["policies.yaml"]);
      const failed = await runCli(argv);
      expect([failed.code, failed.out]).toEqual([1, ""]);
      expect(failed.err).toContain("policies.yaml:4:7: error AR111");
      expect(failed.err).toContain('Did you mean "tokens_input_lt"?');
      expect(await readFile(join(out, "router.gen.ts"), "utf8")).toBe(router);
      expect((await readdir(out)).sort()).toEqual(names);
    });
  },
  patienceMs,
);

test(
  "a folder with somebody else's index.ts exits 2",
  async () => {
    await withFolder({ ...goodFiles, "out/index.ts": "// mine\n" }, async (folder) => {
      const { code, err } = await runCli([
        "compile",
        "--config",
        join(folder, "arouter.toml"),
        "--out",
        join(folder, "out"),
      ]);
      expect(code).toBe(2);
      expect(err).toContain("index.ts was not written by arouter, so it is not replaced.");
      expect(await readFile(join(folder, "out/index.ts"), "utf8")).toBe("// mine\n");
    });
  },
  patienceMs,
);

test.each(["compile", "check"])(
  "%s --format json prints one JSON object and nothing else",
  async (command) => {
    await withFolder(badFiles, async (folder) => {
      const argv = [command, "--config", join(folder, "arouter.toml"), "--format", "json"];
      const failed = await runCli(argv);
      expect([failed.code, failed.err]).toEqual([1, ""]);
      expect(JSON.parse(failed.out)).toMatchObject({
        version: 1,
        errors: 1,
        diagnostics: [{ code: "AR111", severity: "error", file: "policies.yaml", start: { line: 4, column: 7 } }],
      });
      await Bun.write(join(folder, "policies.yaml"), goodFiles["policies.yaml"]);
      const fine = await runCli([...argv, ...(command === "compile" ? ["--out", join(folder, "out")] : [])]);
      expect([fine.code, fine.err]).toEqual([0, ""]);
      expect(JSON.parse(fine.out)).toMatchObject({ errors: 0, warnings: 0, diagnostics: [] });
    });
  },
  patienceMs,
);

test("a configuration that cannot be read exits 2, one whose policy file is missing exits 1", async () => {
  await withFolder({ "arouter.toml": '[router]\npolicy_file = "nope.yaml"\n' }, async (folder) => {
    const missing = await runCli(["check", "--config", join(folder, "nope.toml")]);
    expect([missing.code, missing.err]).toEqual([2, expect.stringContaining("error AR001")]);
    const policy = await runCli(["check", "--config", join(folder, "arouter.toml")]);
    expect([policy.code, policy.err]).toEqual([1, expect.stringContaining("arouter.toml:2:15: error AR002")]);
  });
});

test("colour only on a terminal, and never with NO_COLOR", async () => {
  await withFolder(badFiles, async (folder) => {
    const argv = ["check", "--config", join(folder, "arouter.toml")];
    const ansi = "\u001b[";
    expect((await runCli(argv)).err).not.toContain(ansi);
    expect((await runCli(argv, { isTerminal: true })).err).toContain(ansi);
    expect((await runCli(argv, { isTerminal: true, env: { NO_COLOR: "1" } })).err).not.toContain(ansi);
    expect((await runCli(argv, { isTerminal: true, env: { NO_COLOR: "" } })).err).toContain(ansi);
  });
});

test(
  "--print-ir prints what was understood and writes nothing",
  async () => {
    await withFolder(goodFiles, async (folder) => {
      const config = join(folder, "arouter.toml");
      const checked = await runCli(["check", "--config", config, "--print-ir"]);
      const compiled = await runCli(["compile", "--config", config, "--out", join(folder, "out"), "--print-ir"]);
      expect(checked.out).toContain(
        'rule 1 "trivial_to_mini" policies.yaml:2\n  when "input tokens < 250"\n  when "no tools"\n',
      );
      expect(compiled).toEqual(checked);
      expect(await readdir(folder)).toEqual(expect.not.arrayContaining(["out"]));
    });
  },
  patienceMs,
);
