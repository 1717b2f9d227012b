import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { guessEndpoint } from "../../cli/guess-endpoint.ts";
import { startSimulator } from "../../cli/sim/simulator.ts";
import { openDatabase } from "../../runtime/store/sqlite/open-database.ts";
import { sqliteStore } from "../../runtime/store/sqlite/sqlite-store.ts";
import { newTrace } from "../runtime/store/rows.ts";
import { startServed } from "../support/served.ts";
import { withFolder } from "../support/temporary-folder.ts";
import { badFiles, goodFiles } from "./files.ts";
import { type CliResult, runCli } from "./run-cli.ts";

const hello = { model: "gpt-4o", messages: [{ role: "user", content: "hello" }] };
const tool = { type: "function", function: { name: "now", parameters: {} } };

function explain(
  body: unknown,
  flags: readonly string[] = [],
  files: Record<string, string> = goodFiles,
): Promise<CliResult> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return withFolder({ ...files, "request.json": text }, (folder) =>
    runCli(["explain", join(folder, "request.json"), "--config", join(folder, "arouter.toml"), ...flags]),
  );
}

test("R26 the rule that matches, and where the request goes", async () => {
  expect(await explain(hello)).toEqual({
    code: 0,
    err: "",
    out: `gpt-4o on chat_completions (told from the body)
policies.yaml:2:5: rule trivial_to_mini matches
  policies.yaml:4:7: holds: input tokens < 250; the request has 1 input token
  policies.yaml:5:7: holds: no tools; the request has no tools
=> openai/gpt-4o-mini ($0.15/$0.6 per million tokens)
`,
  });
});

test("R47 which condition failed, at which line and column", async () => {
  expect(
    (await explain({ ...hello, tools: [tool] }, ["--endpoint", "chat_completions"])).out,
  ).toBe(`gpt-4o on chat_completions
policies.yaml:2:5: rule trivial_to_mini does not match
  policies.yaml:4:7: holds: input tokens < 250; the request has 3 input tokens
  policies.yaml:5:7: fails: no tools; the request has tools
policies.yaml:8:5: rule extract_with_self_healing does not match
  policies.yaml:10:7: fails: response format json_schema; the request has no response format
=> No rule matches: openai/gpt-4o ($2.5/$10 per million tokens)
`);
});

test("R48 R49 the plan with its validators and its chain, as JSON", async () => {
  const format = { type: "json_schema", json_schema: { name: "x", schema: { type: "object" } } };
  const { out } = await explain({ ...hello, tools: [tool], response_format: format }, ["--format=json"]);
  expect(JSON.parse(out)).toMatchObject({
    endpoint: "chat_completions",
    model: "gpt-4o",
    rules: [
      { rule: "trivial_to_mini", place: "policies.yaml:2:5", verdict: "does_not_match" },
      { rule: "extract_with_self_healing", place: "policies.yaml:8:5", verdict: "matches" },
    ],
    rule: "extract_with_self_healing",
    routes: [{ model: "gpt-4o-mini" }, { model: "gpt-4.1" }],
    validate: ["json_schema"],
  });
});

test("R51 input tokens are counted as the gateway counts them, and past its ceiling too", async () => {
  const long = { ...hello, messages: [{ role: "user", content: "word ".repeat(600) }] };
  const { out } = await explain(long);
  const counted = Number(/the request has (\d+) input tokens/.exec(out)?.[1]);
  expect(counted).toBeGreaterThanOrEqual(600);
  expect(counted).toBeLessThan(610);
});

test("headers that rules ask for", async () => {
  const policies = "rules:\n  - name: team\n    when: { header: { X-Team: search } }\n    then: { model: gpt-4.1 }\n";
  const files = { ...goodFiles, "policies.yaml": policies };
  expect((await explain(hello, ["--header", "x-team: search"], files)).out).toContain("rule team matches");
  expect((await explain(hello, ["--header", "x-team:other"], files)).out).toContain(
    "fails: header x-team = search; the request has header x-team = other",
  );
  expect((await explain(hello, [], files)).out).toContain("policies.yaml:3:23: fails: header x-team = search");
  expect(await explain(hello, ["--header", "no colon"], files)).toEqual({
    code: 2,
    out: "",
    err: 'error: --header takes NAME:VALUE, not "no colon".\nRun: arouter explain --help\n',
  });
});

test.each([
  ["not json", "does not hold a JSON object"],
  ["[1]", "does not hold a JSON object"],
  ["{}", 'has no "model"'],
])("a request file of %p exits 2", async (text, message) => {
  const { code, err } = await explain(text);
  expect([code, err]).toEqual([2, expect.stringContaining(message)]);
});

test("a request file that is not there exits 2, and a broken configuration 1", async () => {
  await withFolder(goodFiles, async (folder) => {
    const { code, err } = await runCli([
      "explain",
      join(folder, "nope.json"),
      "--config",
      join(folder, "arouter.toml"),
    ]);
    expect([code, err]).toEqual([2, expect.stringContaining("nope.json")]);
  });
  const broken = await explain(hello, [], badFiles);
  expect([broken.code, broken.err]).toEqual([1, expect.stringContaining("AR111")]);
});

test.each([
  [hello, "chat_completions"],
  [{ ...hello, max_tokens: 5 }, "chat_completions"],
  [{ ...hello, tools: [tool] }, "chat_completions"],
  [{ ...hello, system: "be brief" }, "messages"],
  [{ ...hello, tools: [{ name: "now", input_schema: { type: "object" } }] }, "messages"],
  [{ ...hello, messages: [{ role: "user", content: [{ type: "image", source: {} }] }] }, "messages"],
  [
    { ...hello, messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "x" } }] }] },
    "chat_completions",
  ],
  [{ model: "m", prompt: "Once upon" }, "completions"],
  [{ model: "m", input: "hi" }, "responses"],
  [{ contents: [] }, "generate_content"],
] as const)("the endpoint told from a body, row %#", (body, endpoint) => {
  expect(guessEndpoint(body)).toBe(endpoint);
});

const twoProviders = {
  "arouter.toml": `
[[models]]
name = "shared"
provider = "openai"
upstream_model = "gpt-4o"
price = { prompt = "2.50", completion = "10" }
weight = 5
[[models]]
name = "shared"
provider = "anthropic"
upstream_model = "claude-sonnet-4-5"
price = { prompt = "1", completion = "5" }
[providers.openai]
[providers.anthropic]
`,
};

test("R88 the ranking of a model that several offers serve, and why each stands where it stands", async () => {
  const shared = { ...hello, model: "shared" };
  expect((await explain(shared, [], twoProviders)).out).toBe(`shared on chat_completions (told from the body)
=> No rule matches: openai/gpt-4o or anthropic/claude-sonnet-4-5

shared: 2 offers, by strategy weight_tps
#  offer                        priority  weight  $ in/out per 1M  tokens/s  ms to first  why
1  openai/gpt-4o                0         5       2.5/10           -         -            Weight 5; the next: weight 1.
2  anthropic/claude-sonnet-4-5  0         1       1/5              -         -            Weight 1; the one before: weight 5.
`);
  expect((await explain({ ...shared, model: "shared:floor" }, [], twoProviders)).out).toContain(
    "=> No rule matches: anthropic/claude-sonnet-4-5 or openai/gpt-4o",
  );
  const pinned = await explain(shared, ["--header", "x-arouter-provider: anthropic"], twoProviders);
  expect(pinned.out).toContain("=> No rule matches: anthropic/claude-sonnet-4-5\n");
});

test("what the gateway would refuse is refused here", async () => {
  const { code, err } = await explain({ ...hello, provider: { sort: "beauty" } });
  expect(code).toBe(2);
  expect(err).toContain("provider.sort");
});

test("for embeddings only rules count that name them", async () => {
  const files = (endpoint: string) => ({
    "arouter.toml": `[router]\npolicy_file = "policies.yaml"\n[providers.openai]\napi_key = "env.KEY"\n`,
    "policies.yaml": `rules:\n  - name: a\n    when: { ${endpoint} }\n    then: { model: other }\n`,
  });
  const body = { model: "text-embedding-3-small", input: "hi" };
  const asked = async (endpoint: string) => (await explain(body, ["--endpoint", "embeddings"], files(endpoint))).out;
  expect(await asked("no_tools: true")).toBe(`text-embedding-3-small on embeddings
policies.yaml:2:5: rule a does not match
  policies.yaml:3:13: holds: no tools; the request has no tools
  policies.yaml:2:5: fails: endpoint embeddings; the request has an endpoint for which only rules count that name it
=> No rule matches: openai/text-embedding-3-small ($0.02/$0 per million tokens)
`);
  expect(await asked("endpoint: [responses, embeddings]")).toBe(`text-embedding-3-small on embeddings
policies.yaml:2:5: rule a matches
  policies.yaml:3:13: holds: endpoint responses or embeddings; the request has endpoint embeddings
=> openai/other
`);
});

test("R47 --all tells the rules after the match, and who was first", async () => {
  const format = { type: "json_schema", json_schema: { name: "x", schema: { type: "object" } } };
  const { out } = await explain({ ...hello, response_format: format }, ["--all"]);
  expect(out).toContain(
    "policies.yaml:8:5: rule extract_with_self_healing would match, but rule trivial_to_mini comes first\n",
  );
});

test("a request by its facts; what is not said of its tokens is not known", async () => {
  const facts = (...flags: readonly string[]) =>
    withFolder(goodFiles, (folder) => runCli(["explain", "--config", join(folder, "arouter.toml"), ...flags]));
  expect((await facts("--model", "gpt-4o", "--tokens", "249")).out).toContain("rule trivial_to_mini matches");
  expect((await facts("--model", "gpt-4o", "--tokens", "250")).out).toContain("=> No rule matches: openai/gpt-4o");
  expect((await facts("--model", "gpt-4o", "--response-format", "json_schema")).out).toBe(`gpt-4o on chat_completions
policies.yaml:2:5: rule trivial_to_mini may match: what is known of the request does not tell
  policies.yaml:4:7: open: input tokens < 250; not known of the request
  policies.yaml:5:7: holds: no tools; the request has no tools
policies.yaml:8:5: rule extract_with_self_healing matches
  policies.yaml:10:7: holds: response format json_schema; the request has response format json_schema
=> One of these decides: rule trivial_to_mini, rule extract_with_self_healing
`);
  const { code, out } = await facts("--model=gpt-4o", "--tools", "--format=json", "--endpoint=messages");
  expect([code, JSON.parse(out)]).toMatchObject([
    0,
    { version: 1, endpoint: "messages", rule: "none", candidates: [], trace: null, overrides: [] },
  ]);
  const undecided = await facts("--model=gpt-4o", "--format=json");
  expect(JSON.parse(undecided.out)).toMatchObject({
    rule: null,
    candidates: ["trivial_to_mini", "none"],
    routes: [],
    hedge: null,
  });
});

test("overrides of the request are told with what they do", async () => {
  const pinned = ["--header", "x-arouter-model: gpt-4.1", "--header", "x-arouter-max-cost-usd: 0.5"];
  const { out } = await explain(hello, pinned);
  expect(out).toContain("x-arouter-model: gpt-4.1 (asked first, whatever the rule says)\n");
  expect(out).toContain("=> openai/gpt-4.1 ");
  const none = await explain(hello, ["--header", "x-arouter-no-policy: 1", "--format", "json"]);
  expect(JSON.parse(none.out)).toMatchObject({
    overrides: [{ header: "x-arouter-no-policy", value: "1", effect: "no rule is tried" }],
    rules: [],
    rule: "none",
  });
  const malformed = ["--model", "gpt-4o", "--header", "x-arouter-strict: perhaps"];
  const { code, err } = await withFolder(goodFiles, (folder) =>
    runCli(["explain", "--config", join(folder, "arouter.toml"), ...malformed]),
  );
  expect([code, err]).toEqual([2, expect.stringContaining('x-arouter-strict is "1" or "0".')]);
});

test.each([
  [[], "Name the request: a file, - for standard input"],
  [["--tools"], "--tools is a fact of a request: name its --model, too."],
  [["request.json", "--model", "x"], "A file, --trace and facts such as --model exclude each other."],
  [["--model", "x", "--tokens", "-1"], "--tokens and --max-tokens take a whole number."],
  [["--model", "x", "--trace", "y"], "A file, --trace and facts such as --model exclude each other."],
] as const)("%j is wrong usage", async (argv, message) => {
  await withFolder(goodFiles, async (folder) => {
    const { code, err } = await runCli(["explain", "--config", join(folder, "arouter.toml"), ...argv]);
    expect([code, err]).toEqual([2, expect.stringContaining(`error: ${message}`)]);
  });
});

describe("a request that the traces have, by the rules of now", () => {
  const facts = {
    tools: false,
    image: false,
    response_format: null,
    max_tokens: null,
    input_tokens: { least: 250, most: 250 },
    overrides: [],
  };
  const traced = (change: object, policies: string, flags: readonly string[] = []) =>
    withFolder({ ...goodFiles, "policies.yaml": policies }, async (folder) => {
      const path = join(folder, "traces.db");
      const store = sqliteStore(await openDatabase(path));
      const time_ms = Date.parse("2026-11-21T10:00:00Z");
      await store.append([newTrace("req_1", { time_ms, facts: JSON.stringify({ ...facts, ...change }) })]);
      await store.append([newTrace("req_old", { time_ms, facts: null })]);
      await store.close();
      const where = ["--config", join(folder, "arouter.toml"), "--store", path];
      return runCli(["explain", "--trace", "req_1", ...where, ...flags]);
    });
  const two = `rules:
  - { name: team, when: { header: { x-team: a }, has_tools: true }, then: { model: gpt-4.1 } }
  - { name: small, when: { tokens_input_lt: 400 }, then: { model: gpt-4o-mini } }
`;

  test("facts of then, rules of now", async () => {
    expect((await traced({}, two)).out).toBe(`gpt-4o on chat_completions
2026-11-21 10:00:00 UTC: no rule (passthrough), served by openai/gpt-4o; now rule small
policies.yaml:2:5: rule team does not match
  policies.yaml:2:37: open: header x-team = a; not known of the request
  policies.yaml:2:50: fails: tools; the request has no tools
policies.yaml:3:5: rule small matches
  policies.yaml:3:28: holds: input tokens < 400; the request has 250 input tokens
=> openai/gpt-4o-mini ($0.15/$0.6 per million tokens)
`);
  });

  test("headers are not kept, so a rule that asks for one may match", async () => {
    const { out } = await traced({ tools: true }, two, ["--format", "json"]);
    expect(JSON.parse(out)).toMatchObject({
      trace: { id: "req_1", rule: "none", provider: "openai", model: "gpt-4o" },
      rules: [{ verdict: "unknown", clauses: [{ verdict: "unknown", actual: null }, { verdict: "holds" }] }, {}],
      rule: null,
      candidates: ["team", "small"],
    });
  });

  test("tokens as far as they were counted, and what the request changed itself", async () => {
    const some = await traced({ input_tokens: { least: 300, most: null } }, two);
    expect(some.out).toContain("open: input tokens < 400; the request has at least 300 input tokens\n");
    const none = await traced({ overrides: ["x-arouter-no-policy"] }, two);
    expect(none.out).toBe(`gpt-4o on chat_completions
2026-11-21 10:00:00 UTC: no rule (passthrough), served by openai/gpt-4o; no rule now, either
x-arouter-no-policy: not kept (no rule is tried)
=> No rule matches: openai/gpt-4o ($2.5/$10 per million tokens)
`);
  });

  test("of a request that was never understood nothing is known but its model", async () => {
    const { out } = await traced({}, two, ["--trace", "req_old"]);
    expect(out).toContain("open: tools; not known of the request\n");
    expect(out).toContain("=> One of these decides: rule team, rule small, no rule\n");
  });

  test("a running gateway is asked, too", async () => {
    const simulator = await startSimulator();
    const store = { path: ":memory:", retentionDays: 0, maxTraces: 0 };
    const gateway = await startServed({ upstreamUrl: simulator.openaiUrl, catalog: { store } });
    const asked = { method: "POST", body: JSON.stringify({ ...hello, tools: [tool], max_tokens: 9 }) };
    const answer = await fetch(`${gateway.url}/v1/chat/completions`, asked);
    const id = answer.headers.get("x-arouter-request-id") ?? "";
    await answer.text();
    const policies = "rules:\n  - { name: r, when: { has_tools: true, max_tokens_lt: 10 }, then: { model: o3 } }\n";
    await withFolder({ ...goodFiles, "policies.yaml": policies }, async (folder) => {
      const where = ["--config", join(folder, "arouter.toml"), "--url", gateway.url];
      const { out } = await runCli(["explain", "--trace", id, "--format", "json", ...where]);
      expect(JSON.parse(out)).toMatchObject({ trace: { id, rule: "none" }, rule: "r", overrides: [] });
    });
    await gateway.stop();
    await simulator.stop();
  });

  test("no such trace", async () => {
    const { code, err } = await traced({}, two, ["--trace", "nope"]);
    expect([code, err]).toEqual([2, expect.stringContaining('There is no trace "nope".')]);
  });
});
