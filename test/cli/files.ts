/** The example of the first page: two providers, two rules. */
export const goodFiles = {
  "arouter.toml": `listen_addr = "127.0.0.1:8080"
[router]
policy_file = "policies.yaml"
[providers.openai]
api_key = "env.OPENAI_API_KEY"
[providers.anthropic]
api_key = "env.ANTHROPIC_API_KEY"
`,
  "policies.yaml": `rules:
  - name: trivial_to_mini
    when:
      tokens_input_lt: 250
      no_tools: true
    then:
      model: gpt-4o-mini
  - name: extract_with_self_healing
    when:
      response_format_type: json_schema
    then:
      model: gpt-4o-mini
      validate: [json_schema]
      fallback_chain: [gpt-4.1]
`,
} as const;

/** The same with a misspelt key on line 4 of the policies. */
export const badFiles = {
  ...goodFiles,
  "policies.yaml": goodFiles["policies.yaml"].replace("tokens_input_lt", "tokens_inptu_lt"),
} as const;
