import { expect, test } from "bun:test";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expectGolden } from "../support/golden.ts";
import { withFolder } from "../support/temporary-folder.ts";
import { runCli } from "./run-cli.ts";

const golden = join(import.meta.dir, "golden/diff");

/** The sample that the product is known by, its short prompts up to so many tokens. */
const sample = (tokens: number) => `rules:
  - name: trivial_to_mini
    when: { tokens_input_lt: ${tokens}, no_tools: true }
    then: { model: gpt-4o-mini }
  - name: extract_with_self_healing
    when: { response_format_type: json_schema }
    then: { model: gpt-4o-mini, validate: [json_schema], fallback_chain: [gpt-4.1] }
`;

const config = '[router]\npolicy_file = "policies.yaml"\n[providers.openai]\n[providers.anthropic]\n';

/** Two configurations that differ in what is given. */
function pair(old: string, now: string, files: Readonly<Record<string, string>> = {}) {
  return {
    "old/arouter.toml": config,
    "old/policies.yaml": old,
    "new/arouter.toml": config,
    "new/policies.yaml": now,
    ...files,
  };
}

async function diff(files: Readonly<Record<string, string>>, ...flags: readonly string[]) {
  return await withFolder({}, async (folder) => {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(join(folder, name, ".."), { recursive: true });
      await Bun.write(join(folder, name), text);
    }
    const result = await runCli(["diff", join(folder, "old"), join(folder, "new/arouter.toml"), ...flags]);
    return { ...result, folder };
  });
}

test.each(["pretty", "markdown"])(
  "R22 R47 which requests move from 250 to 400 tokens, and what that saves, as %s",
  async (format) => {
    const { code, out, err } = await diff(pair(sample(250), sample(400)), "--format", format);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    await expectGolden(join(golden, `sample.${format === "pretty" ? "txt" : "md"}`), out);
  },
);

test("the saving is the difference of the prices at both ends of the range, by hand", async () => {
  const { out } = await diff(pair(sample(250), sample(400)), "--format", "json");
  const { groups } = JSON.parse(out);
  const effect = groups[1].effects.find((one: { asked: string }) => one.asked === "gpt-4o");
  // Per million tokens: gpt-4o $2.50 and $10, gpt-4o-mini $0.15 and $0.60; 250 and 399 in, 500 out, a thousand times.
  expect(effect.costFrom).toEqual({ least: 5_625_000_000, most: 5_997_500_000 });
  expect(effect.costTo).toEqual({ least: 337_500_000, most: 359_850_000 });
  expect(groups[0].losses).toEqual(["validation by json_schema", "the fallback chain"]);
});

test("each group's example is a request that explain sends the same way", async () => {
  await withFolder({}, async (folder) => {
    for (const [name, text] of Object.entries(pair(sample(250), sample(400)))) {
      await mkdir(join(folder, name, ".."), { recursive: true });
      await Bun.write(join(folder, name), text);
    }
    const requests = join(folder, "requests");
    const { code } = await runCli(["diff", join(folder, "old"), join(folder, "new"), "--requests", requests]);
    expect(code).toBe(0);
    const rules = await Promise.all(
      ["1.json", "2.json"].flatMap((file) =>
        ["old", "new"].map(async (side) => {
          const config = join(folder, side, "arouter.toml");
          const { out } = await runCli(["explain", join(requests, file), "--config", config, "--format", "json"]);
          return JSON.parse(out).rule;
        }),
      ),
    );
    expect(rules).toEqual(["extract_with_self_healing", "trivial_to_mini", "none", "trivial_to_mini"]);
    expect(JSON.parse(await readFile(join(requests, "1.json"), "utf8")).messages[0].content.length).toBe(499);
  });
});

const cheap = "rules:\n  - name: r\n    when: { has_tools: true }\n    then: { model: gpt-4o-mini }\n";
const dear = "rules:\n  - name: r\n    when: { has_tools: true }\n    then: { model: gpt-4o }\n";
const renamed = "rules:\n  - name: other\n    when: { has_tools: true }\n    then: { model: gpt-4o-mini }\n";
const healed =
  "rules:\n  - name: r\n    when: { has_tools: true }\n    then: { model: gpt-4o-mini, validate: [json_schema] }\n";

test.each([
  ["nothing changed", cheap, cheap, "reroute,cost-increase,capability-loss", 0, ""],
  ["a rule has another name", cheap, renamed, "reroute", 0, ""],
  ["dearer", cheap, dear, "reroute", 1, "Failed on reroute.\n"],
  ["dearer", cheap, dear, "cost-increase", 1, "Failed on cost-increase.\n"],
  ["cheaper", dear, cheap, "cost-increase", 0, ""],
  ["no longer checked", healed, cheap, "capability-loss,cost-increase", 1, "Failed on capability-loss.\n"],
  ["checked now", cheap, healed, "capability-loss", 0, ""],
  [
    "a wrong word",
    cheap,
    cheap,
    "rerouted",
    2,
    'error: --fail-on takes reroute, cost-increase, capability-loss, not "rerouted".\nRun: arouter diff --help\n',
  ],
])("--fail-on: %s", async (_, old, now, reasons, code, err) => {
  const result = await diff(pair(old, now), "--fail-on", reasons);
  expect({ code: result.code, err: result.err }).toEqual({ code, err });
});

test("another upstream for a model is a reroute even without rules", async () => {
  const models = '[[models]]\nname = "big"\nprovider = "openai"\nupstream_model = "gpt-4o"\n';
  const files = pair("rules: []\n", "rules: []\n", {
    "old/arouter.toml": config + models,
    "new/arouter.toml": config + models.replace('"gpt-4o"', '"gpt-4.1"'),
  });
  const { code, out } = await diff(files, "--fail-on", "reroute");
  expect(code).toBe(1);
  expect(out).toContain("Other upstreams serve:\n  big: openai/gpt-4o -> openai/gpt-4.1\n");
});

test("a configuration with errors is reported as check reports it", async () => {
  const { code, out, err } = await diff(pair(cheap, "rules:\n  - name: r\n"));
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err).toContain("policies.yaml:2:5: error AR112");
});

/** So many globs with stars on both sides that not all of them can be told apart. */
const entangled = (model: string) =>
  `rules:\n${[..."abcdefghijklmnopqrstuvw"].map((letter) => `  - name: has_${letter}\n    when: { model_glob: "*${letter}*" }\n    then: { model: ${model} }\n`).join("")}`;

test("what could not be compared is said, and fails on whatever is asked", async () => {
  const { code, out, err } = await diff(
    pair(entangled("gpt-4o"), entangled("gpt-4o")),
    "--fail-on",
    "reroute,capability-loss",
  );
  expect({ code, err }).toEqual({ code: 1, err: "Failed on reroute, capability-loss.\n" });
  expect(out).toStartWith("No request is known to go elsewhere.\n\nToo much to compare, so more may move: has_");
});
