import type { Goal } from "./goals.ts";
import type { Starter } from "./starter.ts";
import { yamlText } from "./yaml-text.ts";

/** Requests with fewer input tokens are short. */
export const shortTokens = 500;

/** How long the first model has until the second one is asked, too. */
export const hedgeMs = 2000;

/** The text of a new policies.yaml. `schema` is the path of its JSON Schema. */
export function starterPolicies(starters: readonly Starter[], goal: Goal, schema: string): string {
  const rules = goal === "gateway" ? [] : starters.map((starter) => ruleTexts[goal](starter, ruleName(goal, starter)));
  return `# yaml-language-server: $schema=${schema}
# Rules are read from the top; the first one whose conditions all hold decides. Where none does, the request goes where it
# asks to go. \`arouter explain request.json\` tells what they make of a request.
${rules.length === 0 ? "rules: []\n" : `rules:\n${comments[goal]}${rules.join("\n")}`}`;
}

/** What a rule of a new policy is called. */
export function ruleName(goal: RuleGoal, { id }: Starter): string {
  return `${ruleWords[goal]}_${id}`;
}

type RuleGoal = Exclude<Goal, "gateway">;

const ruleWords = { save: "short", structured: "structured", latency: "hedged" } as const satisfies Record<
  RuleGoal,
  string
>;

/** What all rules are about. */
const comments: Readonly<Record<Goal, string>> = {
  save: `  # Short requests without tools or images do not need the large model.
`,
  structured: `  # JSON of a schema starts on the small model. An answer that breaks the schema is asked again of the large one,
  # before the client has seen any of it.
`,
  latency: `  # After ${hedgeMs / 1000} seconds without an answer a second model is asked, too. The first answer counts; both calls may cost.
`,
  gateway: "",
};

const ruleTexts: Readonly<Record<RuleGoal, (starter: Starter, name: string) => string>> = {
  save: ({ large, small }, name) => `  - name: ${name}
    when:
      model_in: [${yamlText(large)}]
      tokens_input_lt: ${shortTokens}
      no_tools: true
      no_image: true
    then:
      model: ${yamlText(small)}
`,
  structured: ({ large, small }, name) => `  - name: ${name}
    when:
      model_in: [${yamlText(large)}, ${yamlText(small)}]
      response_format_type: json_schema
    then:
      model: ${yamlText(small)}
      validate: [json_schema]
      fallback_chain: [${yamlText(large)}]
`,
  latency: ({ large, substitute }, name) => `  - name: ${name}
    when:
      model_in: [${yamlText(large)}]
      no_tools: true
    then:
      model: ${yamlText(large)}
      hedge: { after_ms: ${hedgeMs}, with_model: ${yamlText(substitute)} }
`,
};
