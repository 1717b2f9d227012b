type When = Readonly<Record<string, unknown>>;

/** By kind of condition: what makes rule `n` unlike every other. No request of the benchmarks has it. */
export const ownConditions = {
  model_in: (n) => ({ model_in: [`model-${n}`, `model-${n}-mini`] }),
  header: (n) => ({ header: { "x-tenant": `tenant-${n}` } }),
  model_glob: (n) => ({ model_glob: `family-${n}-*` }),
  tokens_input_gte: (n) => ({ tokens_input_gte: 500_000 + n }),
  odd_globs: (n) => ({ model_glob: [`*-special-${n}-*`, `?-${n}`] }),
  two_headers: (n) => ({ header: { "x-team": `team-${n % 100}`, "x-job": `job-${n}` } }),
  max_tokens_gt: (n) => ({ max_tokens_gt: 200_000 + n }),
  model_and_header: (n) => ({ model_in: ["gpt-4o", "gpt-4o-mini"], header: { "x-tenant": `tenant-${n}` } }),
} as const satisfies Record<string, (n: number) => When>;

export type OwnCondition = keyof typeof ownConditions;

/** What many rules share. */
const shared: readonly When[] = [
  {},
  { no_tools: true },
  { endpoint: ["chat_completions", "messages"], stream: false },
  { has_image: true },
  { response_format_type: "json_schema", tokens_input_lt: 600_000 },
  { stream: true, max_tokens_lt: 300_000 },
  { tokens_input_lt: 700_000 },
];

const allKinds = Object.keys(ownConditions) as readonly OwnCondition[];

/** A policy of `count` rules, a line each, of these kinds in turn: YAML reads JSON. */
export function mixedPolicy(count: number, kinds: readonly OwnCondition[] = allKinds): string {
  const lines = Array.from({ length: count }, (_, n) => {
    const kind = kinds[n % kinds.length] ?? "header";
    const when = { ...shared[n % shared.length], ...ownConditions[kind](n) };
    return `  - { name: rule_${n}, when: ${JSON.stringify(when)}, then: { model: target-${n % 7} } }\n`;
  });
  return `rules:\n${lines.join("")}`;
}

/** The configuration beside it. */
export const mixedConfig = `\
[router]
policy_file = "policies.yaml"

[providers.openai]
api_key = "env.OPENAI_API_KEY"

[providers.anthropic]
api_key = "env.ANTHROPIC_API_KEY"
`;
