import { expect, test } from "bun:test";
import { describeChanges, formatChanges } from "../../cli/describe-changes.ts";
import { understand } from "../../compiler/compile.ts";
import type { RouterIR } from "../../compiler/ir.ts";
import { withFolder } from "../support/temporary-folder.ts";

const base = `listen_addr = "127.0.0.1:8080"
[router]
policy_file = "policies.yaml"
[providers.openai]
api_key = "env.OPENAI_API_KEY"
models = ["listed-1"]
[limits]
max_in_flight = 100
`;
const rules = `rules:
  - name: small
    when:
      tokens_input_lt: 250
    then:
      model: gpt-4o-mini
  - name: rest
    then:
      model: gpt-4.1
`;

async function ir(config: string, policies: string): Promise<RouterIR> {
  let found: RouterIR | undefined;
  await withFolder({ "arouter.toml": config, "policies.yaml": policies }, async (folder) => {
    const understood = await understand(`${folder}/arouter.toml`);
    if (!understood.ok) throw new Error(JSON.stringify(understood.diagnostics));
    found = understood.ir;
  });
  if (found === undefined) throw new Error("no IR");
  return found;
}

async function changes(edit: (text: string) => string): Promise<string> {
  return formatChanges(describeChanges(await ir(base, rules), await ir(edit(base), edit(rules))));
}

const rows: readonly [string, (text: string) => string, string][] = [
  ["a comment", (text) => `# hello\n${text}`, ""],
  [
    "a provider, with its key",
    (text) => text.replace("[limits]", '[providers.other]\nbase_url = "https://a.example"\ntype = "openai"\n[limits]'),
    "  + provider other\n  + key other/default\n",
  ],
  [
    "a time limit and an address of a provider",
    (text) => text.replace("[limits]", "[providers.openai.timeouts]\nidle_ms = 99000\n[limits]"),
    "  ~ provider openai: timeouts.idle_ms 300000 -> 99000\n",
  ],
  [
    "another variable for a key",
    (text) => text.replace("env.OPENAI_API_KEY", "env.SECOND_KEY"),
    "  ~ key openai/default: secret env AROUTER_OPENAI_API_KEY, env OPENAI_API_KEY -> env AROUTER_OPENAI_API_KEY, env SECOND_KEY\n",
  ],
  [
    "a key that is written out, by its place",
    (text) => text.replace("env.OPENAI_API_KEY", "sk-very-secret"),
    "  ~ key openai/default: secret env AROUTER_OPENAI_API_KEY, env OPENAI_API_KEY -> env AROUTER_OPENAI_API_KEY, providers.openai.api_key\n",
  ],
  [
    "client keys",
    (text) => text.replace("[limits]", '[auth]\nkeys = ["env.CLIENT_KEY", "sk-very-secret"]\n[limits]'),
    "  + key auth env CLIENT_KEY\n  + key auth auth.keys.1\n",
  ],
  [
    "a listed model",
    (text) => text.replace("listed-1", "listed-2"),
    "  - model openai/listed-1\n  + model openai/listed-2\n",
  ],
  [
    "models and their offers",
    (text) => text.replace("[limits]", '[[models]]\nname = "fast"\nprovider = "openai"\n[limits]'),
    "  + model fast\n",
  ],
  [
    "retries",
    (text) => text.replace("[limits]", "[providers.openai.retry]\nmax_attempts = 7\n[limits]"),
    expect.stringMatching(/^ {2}~ retry openai: retry\.max_attempts \d+ -> 7\n$/),
  ],
  ["a setting", (text) => text.replace("= 100", "= 50"), "  ~ setting limits.max_in_flight: 100 -> 50\n"],
  ["the address", (text) => text.replace(":8080", ":9099"), "  ~ setting listen: 127.0.0.1:8080 -> 127.0.0.1:9099\n"],
  [
    "what a rule asks and does",
    (text) => text.replace("250", "500").replace("model: gpt-4o-mini", "model: gpt-4.1-nano"),
    "  ~ rule small: condition input tokens < 250 -> input tokens < 500; plan openai/gpt-4o-mini -> openai/gpt-4.1-nano\n",
  ],
  ["a rule's name", (text) => text.replace("name: small", "name: tiny"), "  - rule small\n  + rule tiny\n"],
];

test.each(rows)("R319 what changed: %s", async (_name, edit, expected) => {
  const said = await changes(edit);
  expect(said).toEqual(expected);
  expect(said).not.toContain("very-secret");
});

test("rules in another order are a change: the first match wins", async () => {
  const two = rules.replaceAll("    when:\n      tokens_input_lt: 250\n", "    when:\n      tokens_input_lt: 250\n");
  const [head = "", small = "", rest = ""] = two.split(/(?= {2}- name)/);
  const other = rest.replace("    then", "    when:\n      no_tools: true\n    then");
  const before = await ir(base, head + small + other);
  const after = await ir(base, head + other + small);
  expect(formatChanges(describeChanges(before, after))).toBe("  ~ rule order: rest, small\n");
});

test("the reverse of an addition is a removal", async () => {
  const more = base.replace("[limits]", '[providers.other]\nbase_url = "https://a.example"\ntype = "openai"\n[limits]');
  const said = formatChanges(describeChanges(await ir(more, rules), await ir(base, rules)));
  expect(said).toBe("  - provider other\n  - key other/default\n");
});
