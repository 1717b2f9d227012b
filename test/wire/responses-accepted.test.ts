import { afterAll, beforeAll, expect, test } from "bun:test";
import fc from "fast-check";
import { type Simulator, startSimulator } from "../../cli/sim/simulator.ts";
import { normalise } from "../../runtime/wire/normalise.ts";
import { encodeRequest } from "../../runtime/wire/openai-responses/encode-request.ts";
import { postResponses } from "../sim/support/requests.ts";
import { requests } from "../support/arbitrary-conversation.ts";
import { wishes } from "../support/arbitrary-wishes.ts";
import { target } from "../support/canonical.ts";

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.stop());

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
