import fc from "fast-check";

/** What the conversations themselves do not ask for; each is asked for by some of them. */
export const wishes = fc.record(
  {
    reasoning: fc.constantFrom({ effort: "none" }, { effort: "max" }, { mode: "enabled", budgetTokens: 4000 } as const),
    sampling: fc.constantFrom({ temperature: 0.3, topK: 5 }, { topP: 0.9, logprobs: true, topLogprobs: 2 }),
    format: fc.constantFrom(
      { kind: "json-object" } as const,
      {
        kind: "json-schema",
        name: "an answer",
        schema: { type: "object", properties: { a: { type: "string" } } },
        strict: undefined,
      } as const,
    ),
    stop: fc.constant(["END"]),
    userId: fc.constant("u".repeat(200)),
    parallelToolCalls: fc.constant(false),
    toolChoice: fc.constantFrom({ kind: "none" }, { kind: "auto" }, {
      kind: "allowed",
      mode: "auto",
      names: ["look"],
    } as const),
  },
  { requiredKeys: [] },
);
