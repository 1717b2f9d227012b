import { expect, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { withFolder } from "../support/temporary-folder.ts";
import { badFiles, goodFiles } from "./files.ts";
import { runCli } from "./run-cli.ts";

const patienceMs = 180_000;

const unreachable = {
  "arouter.toml": '[router]\npolicy_file = "policies.yaml"\n',
  "policies.yaml":
    "rules:\n  - name: all\n    then: { model: gpt-4o-mini }\n  - name: late\n    when: { stream: true }\n    then: { model: gpt-4o-mini }\n",
} as const;

const lint = (text: string) => ({ ...unreachable, "arouter.toml": `${unreachable["arouter.toml"]}[lint]\n${text}\n` });

test.each([
  ["warnings", unreachable, [], 0, "2 rules, 1 warning, no errors\n"],
  ["warnings under --strict", unreachable, ["--strict"], 1, ""],
  ["warnings as errors", lint("warnings_as_errors = true"), [], 1, ""],
  ["a finding as an error", lint('AR301 = "error"'), [], 1, ""],
  ["a note", lint('AR301 = "note"'), [], 0, "2 rules, 0 warnings, 1 note, no errors\n"],
  ["a note under --strict", lint('AR301 = "note"'), ["--strict"], 0, "2 rules, 0 warnings, 1 note, no errors\n"],
  ["nothing", lint('AR301 = "off"'), ["--strict"], 0, "2 rules, 0 warnings, no errors\n"],
  ["errors", badFiles, [], 1, ""],
])("exit code and summary: %s", async (_, files, flags, code, out) => {
  await withFolder(files, async (folder) => {
    const config = join(folder, "arouter.toml");
    expect(await runCli(["check", "--config", config, ...flags])).toMatchObject({ code, out });
  });
});

test(
  "--strict keeps compile from writing",
  async () => {
    await withFolder(unreachable, async (folder) => {
      const index = Bun.file(join(folder, "dist/index.ts"));
      const argv = ["compile", "--config", join(folder, "arouter.toml"), "--out", join(folder, "dist")];
      expect((await runCli([...argv, "--strict"])).code).toBe(1);
      expect(await index.exists()).toBe(false);
      expect((await runCli(argv)).code).toBe(0);
      expect(await index.exists()).toBe(true);
    });
  },
  patienceMs,
);

test("notes are printed with --notes", async () => {
  await withFolder(lint('AR301 = "note"'), async (folder) => {
    const config = join(folder, "arouter.toml");
    expect((await runCli(["check", "--config", config])).err).toBe("");
    expect((await runCli(["check", "--config", config, "--notes"])).err).toContain("policies.yaml:4:5: note AR301");
  });
});

test("overlaps are told with --explain-overlaps", async () => {
  const files = {
    ...unreachable,
    "policies.yaml": `${unreachable["policies.yaml"].replace("name: all\n", "name: all\n    when: { has_tools: true }\n")}`,
  };
  await withFolder(files, async (folder) => {
    const config = join(folder, "arouter.toml");
    expect((await runCli(["check", "--config", config, "--notes"])).err).not.toContain("AR311");
    expect((await runCli(["check", "--config", config, "--explain-overlaps"])).err).toContain("note AR311");
  });
});

test("paths in github and sarif start at the root of the repository", async () => {
  await withFolder({ "deploy/arouter.toml": "listen = 1\n" }, async (folder) => {
    const argv = ["check", "--config", join(folder, "deploy/arouter.toml"), "--format"];
    const env = { GITHUB_WORKSPACE: folder };
    const github = await runCli([...argv, "github"], { env });
    expect(github).toMatchObject({ code: 1, err: "" });
    expect(github.out).toStartWith(
      "::error file=deploy/arouter.toml,line=1,endLine=1,col=1,endColumn=7,title=AR111 unknown-key::",
    );
    const sarif = await runCli([...argv, "sarif"], { env });
    expect(sarif).toMatchObject({ code: 1, err: "" });
    const [result] = JSON.parse(sarif.out).runs[0].results;
    expect(result.locations[0].physicalLocation.artifactLocation.uri).toBe("deploy/arouter.toml");
  });
});

test("sarif and json are one document on standard output, whatever is found", async () => {
  for (const files of [goodFiles, unreachable, badFiles]) {
    await withFolder(files, async (folder) => {
      for (const format of ["json", "sarif"]) {
        const { out, err } = await runCli(["check", "--config", join(folder, "arouter.toml"), "--format", format]);
        expect(JSON.parse(out)).toMatchObject(format === "json" ? { version: 1 } : { version: "2.1.0" });
        expect(err).toBe("");
      }
    });
  }
});

test(
  "a policy of 1,000 rules: the first hundred of its errors, each with place and hint, and how many more there are",
  async () => {
    const isWrong = (index: number) => index % 8 === 0;
    const rules = Array.from({ length: 1000 }, (_, index) => {
      const key = isWrong(index) ? "tokens_inptu_lt" : "tokens_input_lt";
      return `  - name: rule-${index}\n    when:\n      ${key}: ${index}\n      model_in: [model-${index}]\n    then:\n      model: gpt-4o-mini\n`;
    });
    const files = { "arouter.toml": unreachable["arouter.toml"], "policies.yaml": `rules:\n${rules.join("")}` };
    await withFolder(files, async (folder) => {
      const config = join(folder, "arouter.toml");
      const { code, out } = await runCli(["check", "--config", config, "--format", "json"]);
      const report = JSON.parse(out);
      expect([code, report.errors, report.untold]).toEqual([1, 100, 25]);
      const expected = Array.from({ length: 100 }, (_, nth) => ({
        code: "AR111",
        file: "policies.yaml",
        start: { line: 8 * nth * 6 + 4, column: 7 },
        end: { line: 8 * nth * 6 + 4, column: 22 },
        hint: 'Did you mean "tokens_input_lt"?',
      }));
      expect(report.diagnostics).toMatchObject(expected);

      const { err } = await runCli(["check", "--config", config]);
      expect(err.match(/^policies\.yaml:\d+:7: error AR111 /gm)).toHaveLength(100);
      expect(err.match(/^ {2}help: Did you mean "tokens_input_lt"\?$/gm)).toHaveLength(100);
      expect(err).toEndWith("… and 25 more.\n");
    });
  },
  patienceMs,
);

test.each([
  ["check", /^2 rules, 0 warnings, no errors \(\d+ ms\)$/m],
  ["compile", /^Compiled 2 rules for 2 providers into \d+ files in .+ \(\d+ ms\)$/m],
])(
  "%s --watch looks again after each change of any of its files, with one line for each round",
  async (name, fine) => {
    await withFolder(goodFiles, async (folder) => {
      const main = join(import.meta.dir, "../../cli/main.ts");
      const child = Bun.spawn([process.execPath, main, name, "--watch"], {
        cwd: folder,
        env: { ...process.env, NO_COLOR: "1" },
        stdin: "ignore",
        stdout: "pipe",
        stderr: "ignore",
      });
      const reader = child.stdout.getReader();
      let output = "";
      const sees = async (pattern: RegExp) => {
        while (!pattern.test(output)) {
          const { done, value } = await reader.read();
          if (done) throw new Error(`${pattern} did not come:\n${output}`);
          output += new TextDecoder().decode(value);
        }
        output = "";
      };
      await sees(fine);
      await writeFile(join(folder, "policies.yaml"), badFiles["policies.yaml"]);
      await sees(/^0 warnings, 1 error \(\d+ ms\)$/m);
      await writeFile(join(folder, "policies.yaml"), goodFiles["policies.yaml"]);
      await sees(fine);
      await writeFile(join(folder, "arouter.toml"), "listen = 1\n");
      await sees(/^0 warnings, 1 error \(\d+ ms\)$/m);
      child.kill("SIGTERM");
      expect(await child.exited).toBe(143);
    });
  },
  patienceMs,
);
