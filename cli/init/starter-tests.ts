import type { Goal } from "./goals.ts";
import type { Starter } from "./starter.ts";
import { hedgeMs, ruleName, shortTokens } from "./starter-policies.ts";
import { yamlText } from "./yaml-text.ts";

/** The text of a new policies.test.yaml: every rule and every clause of `starterPolicies`. `schema` is the path of its JSON Schema. */
export function starterTests(starters: readonly Starter[], goal: Goal, schema: string): string {
  return `# yaml-language-server: $schema=${schema}
# What the policies do, run by \`arouter test\`. Facts that a test does not give have defaults: no tools, no image, no stream.
tests:
${starters.map(testTexts[goal]).join("\n")}`;
}

const testTexts: Readonly<Record<Goal, (starter: Starter) => string>> = {
  save: (starter) => `  - name: short requests for ${starter.large}
    facts: { model: ${yamlText(starter.large)} }
    cases:
      - name: ${shortTokens - 1} tokens go to the small model
        facts: { tokens_input: ${shortTokens - 1} }
        expect: { rule: ${ruleName("save", starter)}, model: ${yamlText(starter.small)}, decision: rewritten }
      - name: ${shortTokens} tokens stay
        facts: { tokens_input: ${shortTokens} }
        expect: { rule: none, model: ${yamlText(starter.large)}, decision: passthrough }
      - name: tools stay
        facts: { has_tools: true }
        expect: { rule: none }
      - name: images stay
        facts: { has_image: true }
        expect: { rule: none }
      - name: the small model is not touched
        facts: { model: ${yamlText(starter.small)} }
        expect: { rule: none, provider: ${starter.id} }
`,
  structured: (starter) => `  - name: structured output of ${starter.large}
    facts: { model: ${yamlText(starter.large)} }
    cases:
      - name: JSON of a schema starts on the small model
        facts: { response_format_type: json_schema }
        expect:
          rule: ${ruleName("structured", starter)}
          model: ${yamlText(starter.small)}
          validate: [json_schema]
          chain: [${yamlText(starter.large)}]
      - name: text stays
        expect: { rule: none, model: ${yamlText(starter.large)}, validate: [], chain: [] }
      - name: other models are not touched
        facts: { model: ${yamlText(`${starter.id}/another-model`)}, response_format_type: json_schema }
        expect: { rule: none, provider: ${starter.id} }
`,
  latency: (starter) => `  - name: requests for ${starter.large} are hedged
    facts: { model: ${yamlText(starter.large)} }
    cases:
      - name: without tools
        expect:
          rule: ${ruleName("latency", starter)}
          model: ${yamlText(starter.large)}
          hedge: { after_ms: ${hedgeMs}, with_model: ${yamlText(starter.substitute)} }
          decision: passthrough
      - name: with tools only one model is asked
        facts: { has_tools: true }
        expect: { rule: none, hedge: none }
      - name: other models are not touched
        facts: { model: ${yamlText(starter.small)} }
        expect: { rule: none, hedge: none }
`,
  gateway: (starter) => `  - name: ${starter.large} goes to ${starter.label}
    facts: { model: ${yamlText(starter.large)} }
    expect: { rule: none, model: ${yamlText(starter.large)}, provider: ${starter.id}, decision: passthrough }
`,
};
