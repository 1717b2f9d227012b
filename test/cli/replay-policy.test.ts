import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { withFolder } from "../support/temporary-folder.ts";
import { goodFiles } from "./files.ts";
import { type CliResult, runCli } from "./run-cli.ts";

const facts = {
  tools: false,
  image: false,
  response_format: null,
  max_tokens: null,
  input_tokens: { least: 300, most: 300 },
  overrides: [],
};
const attempt = {
  outcome: "ok",
  service_tier: null,
  tokens: { input: 300, cache_read: 0, cache_write: 0, output: 100, reasoning: 0 },
};

/** A request of 300 + 100 tokens that gpt-4o answered for $0.00175, but for what a test says of it. */
function trace(id: string, change: object = {}, changedFacts: object = {}): object {
  return {
    id,
    time: "2026-11-21T10:00:00.000Z",
    endpoint: "chat_completions",
    model_requested: "gpt-4o",
    model_served: "gpt-4o",
    provider: "openai",
    rule: "none",
    stream: false,
    facts: { ...facts, ...changedFacts },
    cost: 0.00175,
    attempts: [attempt],
    ...change,
  };
}

const logLine = (one: object) => JSON.stringify({ direction: "finished", request_id: "x", trace: one });
const new400 = goodFiles["policies.yaml"].replace("250", "400");

function whatIf(
  log: readonly string[],
  policy: string,
  flags: readonly string[] = [],
  more: Readonly<Record<string, string>> = {},
): Promise<CliResult> {
  const files = { ...goodFiles, ...more, "new.yaml": policy, "log.jsonl": log.join("\n") };
  return withFolder(files, (folder) =>
    runCli([
      "replay",
      join(folder, "log.jsonl"),
      "--policy",
      join(folder, "new.yaml"),
      "--config",
      join(folder, "arouter.toml"),
      ...flags,
    ]),
  );
}

describe("R47 what other rules would have done with logged requests", () => {
  const log = [
    logLine(trace("one")),
    logLine(trace("two")),
    logLine(
      trace(
        "many",
        { attempts: [{ ...attempt, tokens: { ...attempt.tokens, input: 400 } }] },
        { input_tokens: { least: 400, most: 400 } },
      ),
    ),
    '{"direction":"request","request_id":"x"}',
  ];

  test("per rule and in total: 250 becomes 400", async () => {
    expect(await whatIf(log, new400)).toEqual({
      code: 0,
      err: "",
      out: `RULE                    MODEL                               REQUESTS  IN DOUBT  COST THEN   COST NOW  DIFFERENCE
none → trivial_to_mini  openai/gpt-4o → openai/gpt-4o-mini         2         0  $0.003500  $0.000210  -$0.003290
none                    openai/gpt-4o                              1         0  $0.001750  $0.002000   $0.000250
all                                                                3         0  $0.005250  $0.002210  -$0.003040
2 of 3 requests go another way.
`,
    });
  });

  test("as Markdown for a pull request, with names that are no markup", async () => {
    const policy = new400.replace("trivial_to_mini", '"a|b`*c*"');
    expect(
      (await whatIf(log, policy, ["--format", "markdown"])).out,
    ).toBe(`| Rule | Model | Requests | In doubt | Cost then | Cost now | Difference |
| --- | --- | ---: | ---: | ---: | ---: | ---: |
| \`none\` → a&#124;b\\\`\\*c\\* | \`openai/gpt-4o\` → \`openai/gpt-4o-mini\` | 2 | 0 | $0.003500 | $0.000210 | -$0.003290 |
| \`none\` | \`openai/gpt-4o\` | 1 | 0 | $0.001750 | $0.002000 | $0.000250 |
| all |  | 3 | 0 | $0.005250 | $0.002210 | -$0.003040 |

- 2 of 3 requests go another way.
`);
  });

  test("as JSON, request by request; --limit takes the first", async () => {
    const { out } = await whatIf(log, new400, ["--format", "json", "--limit", "1"]);
    const sums = { requests: 1, in_doubt: 0, compared: 1, cost_then: 0.00175, cost_now: 0.000105 };
    expect(JSON.parse(out)).toEqual({
      version: 1,
      total: sums,
      groups: [
        {
          rule_then: "none",
          model_then: "openai/gpt-4o",
          rule_now: "trivial_to_mini",
          model_now: "openai/gpt-4o-mini",
          ...sums,
        },
      ],
      doubts: {},
      left_out: {},
      requests: [
        {
          id: "one",
          rule_then: "none",
          provider_then: "openai",
          model_then: "gpt-4o",
          rules_now: ["trivial_to_mini"],
          provider_now: "openai",
          model_now: "gpt-4o-mini",
          cost_then: 0.00175,
          cost_now: 0.000105,
          doubts: [],
        },
      ],
    });
  });
});

const rule = (when: string, then = "model: gpt-4o-mini") =>
  `rules:\n  - name: r\n    when: ${when}\n    then: { ${then} }\n`;
const shared = `
[[models]]
name = "shared"
provider = "openai"
[[models]]
name = "shared"
provider = "anthropic"
`;

test.each([
  ["a header", rule("{ header: { x-team: a } }"), trace("a"), ["headers"], ["r", "none"]],
  [
    "tokens beyond what was counted",
    rule("{ tokens_input_lt: 400 }"),
    trace("a", {}, { input_tokens: { least: 300, most: null } }),
    ["tokens"],
    ["r", "none"],
  ],
  ["facts of an older log", rule("{ no_tools: true }"), trace("a", { facts: null }), ["facts"], ["r", "none"]],
  [
    "a header of a rule that another clause rules out",
    rule("{ header: { x-team: a }, has_tools: true }"),
    trace("a"),
    [],
    ["none"],
  ],
  ["a request without rules", rule("{}"), trace("a", {}, { overrides: ["x-arouter-no-policy"] }), ["wishes"], ["none"]],
  ["several offers", rule("{}", "model: shared"), trace("a"), ["offers", "price"], ["r"]],
  [
    "an answer that is checked",
    rule("{}", "model: gpt-4o-mini, validate: [json_schema], fallback_chain: [gpt-4o]"),
    trace("a"),
    ["checks"],
    ["r"],
  ],
  [
    "a race",
    rule("{}", "model: gpt-4o-mini, hedge: { after_ms: 5, with_model: gpt-4o }"),
    trace("a"),
    ["hedge"],
    ["r"],
  ],
  ["a model without a price", rule("{}", "model: made-up"), trace("a"), ["price"], ["r"]],
  ["a request that failed", rule("{}"), trace("a", { attempts: [], cost: null }), ["usage"], ["r"]],
] as const)("in doubt: %s", async (_, policy, one, doubts, rules) => {
  const files = { "arouter.toml": `${goodFiles["arouter.toml"]}${shared}` };
  const { out, err } = await whatIf([logLine(one)], policy, ["--format", "json"], files);
  expect(err).toBe("");
  const told = JSON.parse(out);
  expect([told.requests[0].doubts, told.requests[0].rules_now]).toEqual([[...doubts], [...rules]]);
  expect(told.doubts).toEqual(Object.fromEntries(doubts.map((doubt) => [doubt, 1])));
});

test("a pinned model stays where it was, and doubts are counted in words", async () => {
  const pinned = trace("a", { model_served: "gpt-4.1" }, { overrides: ["x-arouter-model"] });
  const { out } = await whatIf([logLine(pinned)], rule("{}"));
  expect(out).toContain("none → r  openai/gpt-4.1         1         1");
  expect(out).toContain("1 in doubt: the request itself said where it wants to go.\n");
});

test("traces as `arouter traces --json` prints them: a page, or one a line", async () => {
  const page = JSON.stringify({ traces: [trace("a"), trace("b"), { id: 1 }], older: null, newer: 1 }, null, 2);
  const read = async (log: string) => JSON.parse((await whatIf([log], new400, ["--format=json"])).out);
  expect(await read(page)).toMatchObject({
    total: { requests: 2 },
    left_out: { "no line of a log file and no trace": 1 },
  });
  expect(await read(`${JSON.stringify(trace("a"))}\n${JSON.stringify(trace("b"))}\nx`)).toMatchObject({
    total: { requests: 2 },
    left_out: { "no line of a log file and no trace": 1 },
  });
  expect(await read(logLine(trace("a", { time: "yesterday" })))).toMatchObject({ total: { requests: 0 } });
  expect(await read(logLine(trace("a", { endpoint: "files" })))).toMatchObject({
    total: { requests: 0 },
    left_out: { "of an endpoint that no rule speaks of": 1 },
  });
});

test("a configuration, or the folder of one, is as good as policies", async () => {
  const files = {
    ...goodFiles,
    "log.jsonl": logLine(trace("a")),
    "new/arouter.toml": goodFiles["arouter.toml"],
    "new/policies.yaml": new400,
  };
  await withFolder(files, async (folder) => {
    for (const policy of ["new", "new/arouter.toml"]) {
      const { out } = await runCli(["replay", join(folder, "log.jsonl"), "--policy", join(folder, policy)]);
      expect(out).toContain("none → trivial_to_mini");
    }
  });
});

test.each([
  [["--policy", "x", "--model", "y"], "--policy sends nothing, so there is no --model."],
  [["--policy", "x", "--route"], "--policy sends nothing, so there is no --route."],
  [["--format", "markdown"], "--format markdown is for --policy."],
])("%j is wrong usage", async (flags, message) => {
  const { code, err } = await runCli(["replay", "x", ...flags]);
  expect([code, err]).toEqual([2, `error: ${message}\nRun: arouter replay --help\n`]);
});

test("policies that are not there, or wrong, are told with their place", async () => {
  await withFolder({ ...goodFiles, "log.jsonl": "" }, async (folder) => {
    const at = (name: string) => join(folder, name);
    const missing = await runCli([
      "replay",
      at("log.jsonl"),
      "--policy",
      at("nope.yaml"),
      "--config",
      at("arouter.toml"),
    ]);
    expect([missing.code, missing.err]).toEqual([2, expect.stringContaining("AR001")]);
    const noLog = await runCli(["replay", at("nope"), "--policy", at("policies.yaml"), "--config", at("arouter.toml")]);
    expect([noLog.code, noLog.err]).toEqual([2, expect.stringContaining("cannot be read: ENOENT")]);
  });
  const wrong = await whatIf([], new400.replace("no_tools", "no_tulls"));
  expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining("new.yaml:5:7: error AR1")]);
});
