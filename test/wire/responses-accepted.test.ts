import { afterAll, beforeAll, expect, test } from "bun:test";
import fc from "fast-check";
import { type Simulator, startSimulator } from "../../cli/sim/simulator.ts";
import { normalise } from "../../runtime/wire/normalise.ts";
import { encodeRequest } from "../../runtime/wire/openai-responses/encode-request.ts";
import { postResponses } from "../sim/support/requests.ts";
import { requests } from "../support/arbitrary-conversation.ts";
import { target } from "../support/canonical.ts";

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.stop());

/** What the conversations themselves do not ask for; each is asked for by some of them. */
const wishes = fc.record(
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

test("R134 R289 what is written for the Responses API is what OpenAI takes, whichever model", async () => {
  const asked = fc.tuple(requests, wishes, fc.constantFrom("gpt-6", "gpt-5.6", "gpt-5.4", "o3", "gpt-4.1"));
  await fc.assert(
    fc.asyncProperty(asked, async ([conversation, more, model]) => {
      const request = { ...conversation, ...more, stream: false };
      const encoded = encodeRequest(normalise(request).value, target(model));
      if (encoded.kind === "rejection") throw new Error(encoded.message);
      const { status, text } = await postResponses(simulator, encoded.body);
      expect(`${status} ${status === 200 ? "" : text}`).toBe("200 ");
    }),
    { numRuns: 200 },
  );
}, 30_000);
