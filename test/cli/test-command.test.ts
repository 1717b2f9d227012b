import { expect, test } from "bun:test";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { YAML } from "bun";
import { expectGolden } from "../support/golden.ts";
import { withFolder } from "../support/temporary-folder.ts";
import { badFiles, goodFiles } from "./files.ts";
import { type CliResult, runCli } from "./run-cli.ts";

const patienceMs = 180_000;
const golden = (name: string) => join(import.meta.dir, "golden", name);

/** Names, values and headers that every format has to escape. */
const naughty = '<&"> ]]> # %0A \\n é';

const files = {
  ...goodFiles,
  "policies.test.yaml": `tests:
  - name: the boundary
    facts: { model: gpt-4o }
    cases:
      - name: 249 tokens
        facts: { tokens_input: 249 }
        expect: { rule: trivial_to_mini, model: gpt-4o-mini, provider: openai, decision: rewritten }
      - facts: { tokens_input: 250 }
        expect: { rule: trivial_to_mini, model: gpt-4o-mini, chain: [gpt-4.1], validate: [json_schema], decision: rewritten }
  - name: ${JSON.stringify(naughty)}
    facts: { model: ${JSON.stringify(naughty)}, has_tools: true }
    expect: { rule: extract_with_self_healing, hedge: { after_ms: 5, with_model: gpt-4o } }
`,
  "inner/more.test.yaml": `config: ../arouter.toml
tests:
  - name: a whole request
    request:
      body:
        model: gpt-4o
        tools: [{ type: function, function: { name: now, parameters: {} } }]
        messages: [{ role: user, content: hello }]
    expect: { rule: none }
`,
  "node_modules/other/x.test.yaml": "tests: broken\n",
  "dist/x.test.yaml": "tests: broken\n",
};

/** Runs in a folder, whose name is taken out of what is printed. */
function run(argv: readonly string[], given: Readonly<Record<string, string>> = files): Promise<CliResult> {
  return withFolder(given, async (folder) => {
    const own = argv.map((word) => word.replace("FOLDER", folder));
    const flags = ["--config", join(folder, "arouter.toml")];
    const { code, out, err } = await runCli(["test", ...flags, ...own], { env: { GITHUB_WORKSPACE: folder } });
    return { code, out: out.replaceAll(folder, "FOLDER"), err: err.replaceAll(folder, "FOLDER") };
  });
}

const passing = { ...goodFiles, "a.test.yaml": tests("expect: { rule: trivial_to_mini }") };

/** One test of facts of 1 token for gpt-4o, with what else it says. */
function tests(more: string): string {
  return `tests:\n  - name: one\n    facts: { model: gpt-4o, tokens_input: 1 }\n    ${more}\n`;
}

test.each(["pretty", "junit", "tap", "json", "github"])("failures as %s", async (format) => {
  const { code, out, err } = await run(["--format", format, "--coverage"]);
  expect({ code, err }).toEqual({ code: 1, err: "" });
  await expectGolden(golden(`test-${format}.txt`), out);
});

test("the same run prints the same bytes, and --output has them in a file beside the table", async () => {
  await withFolder(files, async (folder) => {
    const argv = ["test", "--config", join(folder, "arouter.toml"), "--format", "junit"];
    const file = join(folder, "out.xml");
    const { out } = await runCli(argv);
    const written = await runCli([...argv, "--output", file]);
    expect(await readFile(file, "utf8")).toBe(out);
    expect(written.out).toStartWith("policies.test.yaml\nRESULT");
    expect(written.code).toBe(1);
  });
});

test("blocks of TAP are YAML that says what was expected and what was the case", async () => {
  const { out } = await run(["--format", "tap"]);
  const blocks = [...out.matchAll(/^ {2}---\n([\s\S]*?)^ {2}\.\.\.$/gm)].map(([, block = ""]) => YAML.parse(block));
  expect(blocks).toMatchObject([
    {
      severity: "fail",
      at: { file: "policies.test.yaml", line: 8, column: 9 },
      expected: { rule: "trivial_to_mini", chain: "[gpt-4.1]" },
      actual: { rule: "none", chain: "[]" },
    },
    { expected: { hedge: "gpt-4o after 5 ms" }, actual: { hedge: "none" } },
  ]);
});

test.each([
  ["rule: none", "rule: expected none, got trivial_to_mini"],
  ["model: gpt-4o", "model: expected gpt-4o, got gpt-4o-mini"],
  ["provider: anthropic", "provider: expected anthropic, got openai"],
  ["chain: [gpt-4o]", "chain: expected [gpt-4o], got []"],
  ["validate: [json_schema]", "validate: expected [json_schema], got []"],
  ["hedge: { after_ms: 1, with_model: gpt-4o }", "hedge: expected gpt-4o after 1 ms, got none"],
  ["decision: passthrough", "decision: expected passthrough, got rewritten"],
  ["model: none", "model: expected none, got gpt-4o-mini"],
  ["provider: none", "provider: expected none, got openai"],
])("expected %s", async (expectation, message) => {
  const { code, out } = await run([], { ...goodFiles, "a.test.yaml": tests(`expect: { ${expectation} }`) });
  expect([code, out]).toEqual([1, expect.stringContaining(`  ${message}\n`)]);
});

const hedged = {
  ...goodFiles,
  "policies.yaml": `rules:
  - name: fast
    then: { model: gpt-4o, fallback_chain: [openai/gpt-4.1, claude-x], hedge: { after_ms: 300, with_model: claude-x } }
`,
};

test.each([
  ["hedge: { after_ms: 300, with_model: anthropic/claude-x }", 0],
  ["hedge: { after_ms: 301, with_model: claude-x }", 1],
  ["hedge: { after_ms: 300, with_model: gpt-4o }", 1],
  ["hedge: none", 1],
  ["model: openai/gpt-4o", 0],
  ["chain: [gpt-4.1, claude-x]", 0],
  ["chain: [claude-x, gpt-4.1]", 1],
  ["chain: [gpt-4.1]", 1],
])("models are the same whatever they are called: %s", async (expectation, code) => {
  const { code: actual } = await run([], { ...hedged, "a.test.yaml": tests(`expect: { ${expectation} }`) });
  expect(actual).toBe(code);
});

test("facts that are not given are those that the schema says", async () => {
  const policies = `rules:
  - name: defaults
    when:
      endpoint: chat_completions
      model_in: [any-model]
      tokens_input_lt: 1
      no_tools: true
      no_image: true
      stream: false
      header: { x-team: false }
    then: { model: gpt-4o }
  - name: others
    when: { response_format_type: text, max_tokens_gt: 9, header: { x-team: search }, endpoint: embeddings }
    then: { model: gpt-4o }
`;
  const own = `tests:
  - name: defaults
    facts: {}
    expect: { rule: defaults }
  - name: all others
    facts: { endpoint: embeddings, response_format_type: text, max_tokens: 10, header: { X-Team: search } }
    expect: { rule: others }
  - name: no endpoint of its own
    facts: { model: gpt-4o, endpoint: responses }
    expect: { rule: none }
`;
  const { code, out } = await run([], { ...goodFiles, "policies.yaml": policies, "a.test.yaml": own });
  expect([code, out]).toEqual([0, expect.stringContaining("3 passed, 0 failed")]);
});

test("a request is read with its headers, its endpoint told from its body, and its file with the body over it", async () => {
  const request = JSON.stringify({ model: "gpt-4o", messages: [{ role: "user", content: "word ".repeat(300) }] });
  const own = `tests:
  - name: from a file
    request: { file: long.json }
    cases:
      - name: as it is
        expect: { rule: none }
      - name: with other messages
        request: { body: { messages: [{ role: user, content: hello }] } }
        expect: { rule: trivial_to_mini }
      - name: pinned by a header
        request: { headers: { x-arouter-model: claude-x } }
        expect: { model: claude-x, provider: anthropic, decision: rewritten }
      - name: refused by a header
        request: { headers: { x-arouter-no-policy: perhaps } }
        expect: { model: none, provider: none, rule: none }
      - name: with a suffix
        request: { body: { model: "gpt-4o:nitro" } }
        expect: { model: gpt-4o }
  - name: without a model
    request: { body: { messages: [] } }
    expect: { model: none }
`;
  const { code, out } = await run([], { ...goodFiles, "long.json": request, "a.test.yaml": own });
  expect(out).toContain("6 passed, 0 failed");
  expect(code).toBe(0);
});

test("--filter takes tests by a part of their names, and says when there is none", async () => {
  expect((await run(["--filter", "249 TOKENS"])).out).toContain("1 test: 1 passed, 0 failed");
  expect(await run(["--filter", "nothing"])).toMatchObject({
    code: 2,
    err: 'error: No test\'s name contains "nothing".\nRun: arouter test --help\n',
  });
});

test("what is covered: rules that decided, clauses that held and that failed while their rule was tried", async () => {
  const { code, out, err } = await run(["--min-coverage", "37.6"], passing);
  expect(out).toEndWith(`1 test: 1 passed, 0 failed
Coverage of rules and their clauses: 37.5 % (3 of 8)
  policies.yaml:4:7: rule trivial_to_mini: "input tokens < 250" never fails
  policies.yaml:5:7: rule trivial_to_mini: "no tools" never fails
  policies.yaml:8:5: rule extract_with_self_healing never decides
  policies.yaml:10:7: rule extract_with_self_healing: "response format json_schema" never holds
  policies.yaml:10:7: rule extract_with_self_healing: "response format json_schema" never fails
`);
  expect([code, err]).toEqual([1, "error: 37.5 % of the rules and their clauses were exercised, less than 37.6 %.\n"]);
  expect((await run(["--min-coverage", "37.5"], passing)).code).toBe(0);
});

test.each([
  [[], goodFiles, "There is no *.test.yaml in FOLDER or below. arouter init writes one."],
  [["FOLDER/nowhere.test.yaml"], passing, "FOLDER/nowhere.test.yaml does not exist."],
  [["--min-coverage", "101"], passing, "--min-coverage takes a percentage from 0 to 100."],
  [["--format", "sarif"], passing, '--format is pretty or junit or tap or json or github, not "sarif".'],
])("wrong usage %p exits 2", async (argv, given, message) => {
  expect(await run(argv, given)).toEqual({ code: 2, out: "", err: `error: ${message}\nRun: arouter test --help\n` });
});

test.each([
  ["facts: { header: { 'x team': a } }", '3:34: error AR211 header-name: "x team" is not the name of an HTTP header.'],
  [
    'request: { headers: { x-team: "a\\nb" }, body: { model: m } }',
    '3:35: error AR211 header-name: The value of "x-team" holds characters that no header takes.',
  ],
])("a header that no client could send: %s", async (input, message) => {
  const own = `tests:\n  - name: one\n    ${input}\n    expect: { rule: none }\n`;
  const { code, err } = await run([], { ...goodFiles, "a.test.yaml": own });
  expect([code, err]).toEqual([1, expect.stringContaining(`a.test.yaml:${message}`)]);
});

test("mistakes in tests and in the configuration are told with their places, and nothing runs", async () => {
  const wrong = { ...goodFiles, "inner/a.test.yaml": "config: ../arouter.toml\ntests:\n  - nam: x\n" };
  const { code, out, err } = await run([], wrong);
  expect([code, out]).toEqual([1, ""]);
  expect(err).toContain('inner/a.test.yaml:3:5: error AR111 unknown-key: Unknown key "nam" in test 1.');
  expect(err).toContain('help: Did you mean "name"?');
  const broken = await run([], { ...badFiles, "a.test.yaml": tests("expect: { rule: none }") });
  expect([broken.code, broken.err]).toEqual([1, expect.stringContaining("policies.yaml:4:7: error AR111")]);
  const lost = await run([], { ...goodFiles, "a.test.yaml": `config: b.toml\n${tests("expect: { rule: none }")}` });
  expect(lost.code).toBe(1);
  expect(lost.err).toContain("a.test.yaml:1:9: error AR002 unusable-file: The configuration file does not exist.");
});

test("on a narrow terminal names of tests stay whole", async () => {
  await withFolder(files, async (folder) => {
    const argv = ["test", "--config", join(folder, "arouter.toml"), "--filter", "boundary"];
    const { out } = await runCli(argv, { columns: 40 });
    expect(out).toContain("RESULT  TEST                       RULE\n");
    expect(out).toContain("ok      the boundary / 249 tokens  trivial_to_mi…\n");
  });
});

test(
  "--watch runs again when a test or the policy changes, and when a test file comes",
  async () => {
    await withFolder(passing, async (folder) => {
      const main = join(import.meta.dir, "../../cli/main.ts");
      const command = [process.execPath, main, "test", "--watch", "--config", join(folder, "arouter.toml")];
      const child = Bun.spawn(command, { stdin: "ignore", stdout: "pipe", stderr: "pipe" });
      const seen = { out: "", err: "" };
      const collect = async (stream: ReadableStream<Uint8Array>, name: keyof typeof seen) => {
        const decoder = new TextDecoder();
        for await (const bytes of stream) seen[name] += decoder.decode(bytes, { stream: true });
      };
      const ended = Promise.all([collect(child.stdout, "out"), collect(child.stderr, "err")]);
      const waits = async (runs: number, summary: string) => {
        while (seen.err.split("Waiting for changes.").length <= runs && child.exitCode === null) await Bun.sleep(20);
        expect(seen.out.trimEnd().split("\n").at(-1)).toBe(summary);
      };
      try {
        await waits(1, "1 test: 1 passed, 0 failed");
        await writeFile(join(folder, "a.test.yaml"), tests("expect: { rule: none }"));
        await waits(2, "1 test: 0 passed, 1 failed");
        await writeFile(join(folder, "policies.yaml"), "rules: []\n");
        await waits(3, "1 test: 1 passed, 0 failed");
        await writeFile(join(folder, "b.test.yaml"), tests("expect: { rule: none }"));
        await waits(4, "2 tests: 2 passed, 0 failed");
      } finally {
        child.kill();
        await ended;
      }
    });
  },
  patienceMs,
);
