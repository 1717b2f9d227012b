import type { Code } from "../../compiler/codes.ts";

/** One rule of a policy file, as YAML would be read. */
type RuleText = Readonly<{
  name: string;
  when?: Readonly<Record<string, unknown>>;
  does: Readonly<Record<string, unknown>>;
}>;

/**
 * A mistake: rules that belong together, and what is found about the last of them. A model that nobody knows has no price
 * either, so that there is no bound to what it costs.
 */
type Fault = Readonly<{ codes: readonly Code[]; rules: readonly Omit<RuleText, "name">[] }>;

export const plantedConfig = `
[router]
policy_file = "policies.yaml"

[providers.openai]
api_key = "env.OPENAI_API_KEY"

[providers.anthropic]
api_key = "env.ANTHROPIC_API_KEY"

[providers.google]
api_key = "env.GEMINI_API_KEY"

# An account of its own for reasoning, with defaults that not all of its models take.
[providers.reasoning]
type = "openai"
base_url = "https://api.openai.com/v1"
api_key = "env.REASONING_KEY"
defaults = { reasoning_effort = "minimal" }
strip = ["/tools"]

[providers.house]
type = "openai"
base_url = "http://127.0.0.1:9000/v1"

[[models]]
name = "house-small"
provider = "house"
context = 32_000
price = { prompt = "0", completion = "0" }
metadata = { max_output = 4_096 }

[translation]
auto_cache = true

[lint]
max_cost_usd = 30
`;

/** `own` is what makes the rules of one fault unlike all others. */
function faults(own: Readonly<Record<string, unknown>>): readonly Fault[] {
  const one = (
    codes: Code | readonly Code[],
    when: Readonly<Record<string, unknown>>,
    does: RuleText["does"],
  ): Fault => ({
    codes: typeof codes === "string" ? [codes] : codes,
    rules: [{ when: { ...own, ...when }, does }],
  });
  const mini = { model: "gpt-4o-mini" };
  return [
    {
      codes: ["AR301"],
      rules: [
        { when: own, does: mini },
        { when: { ...own, stream: true }, does: mini },
      ],
    },
    {
      codes: ["AR301"],
      rules: [
        { when: { ...own, stream: true, tokens_input_gte: 5000 }, does: mini },
        { when: { ...own, tokens_input_lt: 9000 }, does: mini },
        { when: { ...own, stream: true }, does: mini },
      ],
    },
    one("AR302", { tokens_input_lt: 100, tokens_input_gt: 200 }, mini),
    one("AR303", {}, { ...mini, fallback_chain: ["openai/gpt-4o-mini", "gpt-4.1"], fallback_on: ["error"] }),
    one("AR305", {}, { ...mini, validate: ["json-schema"] }),
    one(["AR308", "AR331", "AR341"], {}, { model: "openia/gpt-4o-mini" }),
    one("AR310", { model_in: ["gpt-4o"], model_glob: "gpt-*" }, mini),
    one("AR312", {}, { ...mini, fallback_chain: ["gpt-4.1"] }),
    one(
      "AR313",
      { response_format_type: "json_object", endpoint: "responses" },
      { ...mini, validate: ["json_schema"] },
    ),
    one("AR313", { endpoint: "completions" }, { ...mini, validate: ["json_schema"], fallback_chain: ["gpt-4.1"] }),
    one("AR315", { stream: true }, { ...mini, hedge: { after_ms: 900, with_model: "openai/gpt-4o-mini" } }),
    one("AR316", {}, { ...mini, fallback_chain: ["gpt-4.1", "gpt-4o-mini"], fallback_on: ["error"] }),
    one("AR321", { tokens_input_gte: 210_000 }, { model: "claude-haiku-4-5" }),
    one("AR321", { tokens_input_lte: 200_000 }, { model: "gpt-4.1", hedge: { after_ms: 900, with_model: "gpt-4o" } }),
    one("AR322", { has_tools: true }, { model: "chatgpt-4o-latest" }),
    one("AR323", { has_image: true }, { model: "gpt-4.1", fallback_chain: ["o3-mini"], fallback_on: ["error"] }),
    one("AR324", { response_format_type: "json_schema" }, { model: "gpt-4-turbo" }),
    one("AR325", { max_tokens_gt: 32_768 }, { model: "gpt-4.1-mini" }),
    one("AR326", {}, { model: "reasoning/o3-mini" }),
    one("AR327", { has_tools: true }, { model: "reasoning/gpt-5-mini" }),
    one("AR327", { response_format_type: "json_object", endpoint: "responses" }, { model: "claude-haiku-4-5" }),
    one("AR328", { endpoint: "embeddings", tokens_input_lt: 8000 }, { model: "anthropic/claude-haiku-4-5" }),
    one("AR328", { tokens_input_lt: 8000 }, { model: "text-embedding-3-small" }),
    one("AR331", {}, { model: "claude-opus-4-1", fallback_chain: ["claude-opus-4-0"], fallback_on: ["error"] }),
    one(
      "AR332",
      { tokens_input_lt: 2000 },
      { model: "house-small", fallback_chain: ["gpt-4o-mini"], fallback_on: ["error"] },
    ),
    one("AR333", { model_in: ["gpt-4o-mini", "gpt-4.1-nano"] }, { model: "gpt-4o" }),
    one(["AR331", "AR341"], { tokens_input_lt: 500, max_tokens_lt: 500 }, { model: "house/house-large" }),
    one("AR342", { header: { ...headerOf(own), authorization: "Bearer 0123456789" } }, mini),
    one("AR343", { model_glob: "claude-*", has_tools: false, tokens_input_lt: 3000 }, { model: "gemini-2.5-flash" }),
    one("AR344", { endpoint: "chat_completions", tokens_input_lt: 300, no_image: true }, { model: "claude-haiku-4-5" }),
  ];
}

function headerOf(own: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return typeof own["header"] === "object" ? { ...own["header"] } : {};
}

/** What teams ask for. None of it is a mistake. */
const usual: readonly ((pick: Pick) => Omit<RuleText, "name">)[] = [
  (pick) => ({
    when: { tokens_input_lt: pick([200, 500, 1000, 4000]), no_tools: true },
    does: { model: pick(["gpt-4o-mini", "gpt-4.1-nano", "gemini-2.5-flash-lite"]) },
  }),
  (pick) => ({
    when: { response_format_type: "json_schema", endpoint: ["chat_completions", "responses"] },
    does: {
      model: "gpt-4o-mini",
      validate: ["json_schema"],
      fallback_chain: [pick(["gpt-4.1", "gpt-4o", "claude-sonnet-4-5"])],
    },
  }),
  (pick) => ({
    when: { tokens_input_gte: pick([100_000, 150_000]), tokens_input_lt: pick([600_000, 900_000]) },
    does: { model: pick(["gpt-4.1", "gpt-4.1-mini", "gemini-2.5-flash"]) },
  }),
  (pick) => ({
    when: { has_tools: true, model_glob: pick(["claude-*", "claude-sonnet-4*"]) },
    does: { model: "claude-sonnet-4-5", fallback_chain: ["claude-haiku-4-5"], fallback_on: ["error"] },
  }),
  (pick) => ({ when: { has_image: true }, does: { model: pick(["gpt-4o", "gpt-4.1", "gemini-2.5-flash"]) } }),
  (pick) => ({
    when: { endpoint: "embeddings", tokens_input_lt: pick([4000, 8000]) },
    does: { model: pick(["text-embedding-3-small", "text-embedding-3-large"]) },
  }),
  (pick) => ({
    when: { model_in: ["gpt-4o", "gpt-4.1"], max_tokens_lt: pick([1000, 2000, 8000]) },
    does: { model: pick(["gpt-4.1-mini", "gpt-4o-mini"]) },
  }),
  (pick) => ({
    when: { stream: true, tokens_input_lt: pick([2000, 8000]) },
    does: { model: "gpt-4o-mini", hedge: { after_ms: pick([400, 900]), with_model: "claude-haiku-4-5" } },
  }),
  (pick) => ({ when: { max_tokens_gt: pick([4000, 8000]) }, does: { model: pick(["gpt-4.1", "gpt-5-mini"]) } }),
];

type Pick = <T>(from: readonly [T, ...T[]]) => T;

/** The same numbers for the same seed (Park and Miller, CACM 31, 1988). */
function picker(seed: number): Pick {
  let state = seed;
  return ([first, ...rest]) => {
    state = (state * 48_271) % 2_147_483_647;
    return [first, ...rest][state % (rest.length + 1)] ?? first;
  };
}

/** A policy of about `count` rules: of teams, told apart by a header, with the faults strewn in between. */
export function plantedPolicy(
  seed: number,
  count: number,
): Readonly<{ text: string; planted: readonly (readonly string[])[] }> {
  const pick = picker(seed);
  const planted = faults({}).map((_, at) => {
    const { codes = [], rules = [] } = faults({ header: { "x-team": `fault-${at}` } })[at] ?? {};
    return { codes, rules: rules.map((rule, part) => ({ name: `fault_${at}_${part}`, ...rule })) };
  });
  const space = count - planted.reduce((sum, { rules }) => sum + rules.length, 0);
  const normal = Array.from({ length: space }, (_, at): RuleText => {
    const { when, does } = usual[at % usual.length]?.(pick) ?? { does: { model: "gpt-4o-mini" } };
    return {
      name: `rule_${at}`,
      when: { ...when, header: { "x-team": `team-${Math.floor(at / 3)}`, "x-job": `job-${at % 3}` } },
      does,
    };
  });
  const every = Math.floor(space / planted.length);
  const rules = normal.flatMap((rule, at) => [...(at % every === 0 ? (planted[at / every]?.rules ?? []) : []), rule]);
  return {
    text: `rules:\n${rules.map((rule) => `  - ${textOf(rule)}\n`).join("")}`,
    planted: planted.map(({ codes, rules: own }) => codes.map((code) => `${code} ${own.at(-1)?.name}`)),
  };
}

/** Each rule is a line; YAML reads JSON. */
function textOf({ name, when, does }: RuleText): string {
  // biome-ignore lint/suspicious/noThenProperty: the policy language's own word; nothing awaits this object.
  return JSON.stringify({ name, when, then: does });
}
