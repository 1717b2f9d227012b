import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { TOML, YAML } from "bun";
import { goalNames } from "../../cli/init/goals.ts";
import { newFiles } from "../../cli/init/new-files.ts";
import { schemaFolder } from "../../cli/init/schema-folder.ts";
import { starterModels, starterProviders } from "../../cli/init/starter-models.ts";
import { loadSuites } from "../../cli/test/load-suites.ts";
import { isPassed, runSuite } from "../../cli/test/run-suite.ts";
import { understand } from "../../compiler/compile.ts";
import { type DialectName, dialectNames } from "../../schemas/dialect-names.ts";
import { expectGolden } from "../support/golden.ts";
import { withFolder } from "../support/temporary-folder.ts";
import { runCli } from "./run-cli.ts";

const patienceMs = 180_000;
const repository = fileURLToPath(new URL("../..", import.meta.url));
const golden = (name: string) => join(import.meta.dir, "golden", name);
const places = { folder: "", root: "", schemas: "./schemas" };

test("every upstream that is known can be chosen", () => {
  expect([...starterProviders].sort()).toEqual([...dialectNames].sort());
  for (const { large, small } of Object.values(starterModels)) expect(large).not.toBe(small);
});

/** Each by itself, then each with one of its neighbours, then all. */
const choices: readonly (readonly DialectName[])[] = [
  ...starterProviders.map((one) => [one]),
  ...starterProviders.flatMap((one, index) =>
    index % 2 === 0 ? [[one, starterProviders[index + 1] ?? "openai"]] : [],
  ),
  ["openai", "anthropic", "google", "openrouter", "ollama"],
  starterProviders,
];

describe.each(goalNames)("for the goal %s", (goal) => {
  test.each(choices.map((providers) => [providers.join(), providers] as const))(
    "%s compiles without a warning, and its tests pass and exercise all of it",
    async (_, providers) => {
      await withFolder(newFiles({ providers, goal, ci: "none" }, places), async (folder) => {
        const config = join(folder, "arouter.toml");
        const understood = await understand(config);
        const told = understood.diagnostics.filter(({ severity }) => severity !== "note");
        expect(told.map(({ code, message }) => `${code} ${message}`)).toEqual([]);
        const given = { config, options: {} };
        const { suites, problems } = await loadSuites([join(folder, "policies.test.yaml")], given);
        expect(problems).toEqual([]);
        const [result] = suites.map((suite) => runSuite(config, suite.understood, suite.files));
        const failed = result?.results.filter((one) => !isPassed(one));
        expect(failed?.map(({ name, mismatches }) => ({ name, mismatches }))).toEqual([]);
        expect(result?.results.length).toBeGreaterThanOrEqual(providers.length);
        expect(result?.coverage.missing).toEqual([]);
      });
    },
    patienceMs,
  );
});

test.each(goalNames)("the files for %s", async (goal) => {
  const files = newFiles({ providers: ["openai", "ollama", "azure-openai"], goal, ci: "none" }, places);
  const text = Object.entries(files).map(([name, content]) => `=== ${name}\n${content}`);
  await expectGolden(golden(`init-${goal}.txt`), text.join("\n"));
});

describe("files for continuous integration", () => {
  test.each([
    ["github", "", ".github/workflows/arouter.yml", "npx arouter check --format github"],
    [
      "github",
      "gateway",
      ".github/workflows/arouter.yml",
      "npx arouter check --config gateway/arouter.toml --format github",
    ],
    ["gitlab", "gateway", ".gitlab-ci.yml", "npx arouter check --config gateway/arouter.toml"],
  ] as const)("%s, for the folder %p", (ci, folder, file, line) => {
    const files = newFiles({ providers: ["openai"], goal: "save", ci }, { ...places, folder });
    const parsed: unknown = YAML.parse(files[file] ?? "");
    expect(parsed).toBeInstanceOf(Object);
    expect(files[file]).toContain(`- ${ci === "github" ? "run: " : ""}${line}\n`);
    expect(files[file]).toContain("npx arouter test");
    expect(Object.keys(files)).toHaveLength(4);
  });

  test("what they run is what this version understands", async () => {
    await withFolder(newFiles({ providers: ["openai"], goal: "save", ci: "github" }, places), async (folder) => {
      const workflow = await readFile(join(folder, ".github/workflows/arouter.yml"), "utf8");
      const commands = [...workflow.matchAll(/npx arouter (.+)$/gm)].map(([, words = ""]) => words.split(" "));
      expect(commands).toHaveLength(2);
      for (const argv of commands) {
        expect((await runCli([...argv, "--config", join(folder, "arouter.toml")])).code).toBe(0);
      }
    });
  });
});

describe("where the editors' schemas are", () => {
  const own = "/srv/arouter";
  test.each([
    ["beside it", "/p", ["/p/node_modules/arouter/schemas"], { path: "./node_modules/arouter/schemas", exists: true }],
    [
      "further up",
      "/p/a/b",
      ["/p/node_modules/arouter/schemas"],
      { path: "../../node_modules/arouter/schemas", exists: true },
    ],
    ["in this repository", `${own}/a`, [`${own}/schemas`], { path: "../schemas", exists: true }],
    ["nowhere yet", "/p", [`${own}/schemas`], { path: "./node_modules/arouter/schemas", exists: false }],
  ])("%s", (_, folder, there, expected) => {
    const exists = (path: string) => there.includes(dirname(path));
    expect(schemaFolder(folder, own, exists)).toEqual(expected);
  });

  test("the first line of each file leads to a schema that exists, and the last ones know its keys", async () => {
    await withFolder({}, async (folder) => {
      const schemas = join(folder, "node_modules/arouter/schemas");
      await mkdir(schemas, { recursive: true });
      for (const name of ["arouter", "policies", "policy-test"]) {
        const file = `${name}.schema.json`;
        await writeFile(join(schemas, file), await readFile(join(repository, "schemas", file)));
      }
      const inside = join(folder, "deep/er");
      const { out } = await runCli(["init", inside, "--yes", "--ci", "none"]);
      expect(out).not.toContain("npm install");
      for (const [name, directive] of Object.entries(directives)) {
        const [first = ""] = (await readFile(join(inside, name), "utf8")).split("\n");
        const path = directive.exec(first)?.[1] ?? "";
        expect(path).toStartWith("../../node_modules/arouter/schemas/");
        expect(existsSync(join(inside, path)), path).toBe(true);
      }
    });
  });
});

/** https://taplo.tamasfe.dev/configuration/directives.html and the YAML language server's README. */
const directives = {
  "arouter.toml": /^#:schema (\S+)$/,
  "policies.yaml": /^# yaml-language-server: \$schema=(\S+)$/,
  "policies.test.yaml": /^# yaml-language-server: \$schema=(\S+)$/,
} as const;

test("without a terminal flags say everything, and what is usual is taken for --yes", async () => {
  await withFolder({}, async (folder) => {
    const refused = await runCli(["init", folder, "--provider", "openai"]);
    expect(refused).toEqual({
      code: 2,
      out: "",
      err: "error: There is no terminal to ask on. Give --provider, --goal and --ci, or --yes for what is usual.\nRun: arouter init --help\n",
    });
    const argv = ["--provider", "anthropic,google", "--provider=ollama", "--goal", "latency", "--ci", "gitlab"];
    const { code, out, err } = await runCli(["init", folder, ...argv]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain(`Wrote ${join(folder, ".gitlab-ci.yml")}\n\nNext:\n  cd `);
    expect(out).toContain("  npm install --save-dev arouter\n  npx arouter check\n  npx arouter test --coverage\n");
    expect(out).toEndWith("  export ANTHROPIC_API_KEY=…\n  export GEMINI_API_KEY=…\n  npx arouter serve\n");
    const { providers } = Object(TOML.parse(await readFile(join(folder, "arouter.toml"), "utf8")));
    expect(Object.keys(providers)).toEqual(["anthropic", "google", "ollama"]);
  });
});

test("nothing is overwritten, and nothing written where one file stands in the way", async () => {
  await withFolder({ "policies.yaml": "rules: []\n" }, async (folder) => {
    const policies = join(folder, "policies.yaml");
    const refused = await runCli(["init", folder, "--yes"]);
    expect(refused).toEqual({
      code: 2,
      out: "",
      err: `error: There is already ${policies}. Nothing was written; --force overwrites.\n`,
    });
    expect(existsSync(join(folder, "arouter.toml"))).toBe(false);
    expect(await readFile(policies, "utf8")).toBe("rules: []\n");
    expect((await runCli(["init", folder, "--yes", "--force"])).code).toBe(0);
    expect(await readFile(policies, "utf8")).toContain("short_openai");
  });
});

describe("on a terminal", () => {
  const typed = (answers: readonly string[], ...argv: readonly string[]) =>
    withFolder({}, async (folder) => {
      const { code, out, err } = await runCli(["init", folder, ...argv], { answers });
      const wrote = existsSync(join(folder, "policies.yaml"))
        ? await readFile(join(folder, "policies.yaml"), "utf8")
        : "";
      return { code, out: out.replaceAll(folder, "FOLDER").replace(/cd .*/, "cd FOLDER"), err, wrote };
    });

  test("it asks, again where it does not understand, and takes names, numbers and what is usual", async () => {
    const { code, out, err, wrote } = await typed(["opnai", "anthropic 3", "9", "structured", ""]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(wrote).toContain("structured_anthropic");
    expect(wrote).toContain("structured_google");
    await expectGolden(golden("init-dialogue.txt"), out);
  });

  test("it asks only for what the flags leave open", async () => {
    const { out, wrote } = await typed(["3"], "--provider", "groq", "--ci", "none");
    expect(out).toStartWith("\nWhat is the gateway for?\n");
    expect(wrote).toContain("hedged_groq");
  });

  test("nothing is written when the answers end", async () => {
    expect(await typed(["openai"])).toMatchObject({ code: 2, err: "\nNothing was written.\n", wrote: "" });
  });
});

test.each([
  [["--provider", "opnai"], '--provider: There is no "opnai". Did you mean "openai"?'],
  [["--provider", ","], "--provider needs a name."],
  [["--goal", "svae"], '--goal is save or structured or latency or gateway, not "svae". Did you mean "save"?'],
  [["--ci", "jenkins"], '--ci is github or gitlab or none, not "jenkins".'],
])("wrong usage %p exits 2", async (argv, message) => {
  expect(await runCli(["init", "nowhere", ...argv])).toEqual({
    code: 2,
    out: "",
    err: `error: ${message}\nRun: arouter init --help\n`,
  });
});
