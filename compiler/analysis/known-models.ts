/** Names that people know, for examples and for what a policy does to requests for "any model". The first is the plainest. */
export const knownModels = [
  "gpt-4o",
  "claude-sonnet-4-5",
  "gemini-2.5-flash",
  "gpt-4o-mini",
  "gpt-4.1",
  "gpt-5",
  "o3",
  "claude-opus-4-5",
  "claude-haiku-4-5",
  "gemini-2.5-pro",
] as const;
