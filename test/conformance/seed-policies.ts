/** The product's own first example: a cheap tier for small prompts, and extraction that heals itself up a ladder. */
export const seedPolicies = `
rules:
  # trivial -> cheap tier (same provider)
  - name: trivial_to_mini
    when:
      tokens_input_lt: 250
      no_tools: true
    then:
      model: gpt-4o-mini
  # extract: start cheap, self-heal up the ladder
  - name: extract_with_self_healing
    when:
      response_format_type: json_schema
    then:
      model: gpt-4o-mini
      validate: [json_schema]
      fallback_chain: [gpt-4.1]
`;
