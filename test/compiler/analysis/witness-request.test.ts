import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Witness } from "../../../compiler/analysis/witness.ts";
import { witnessRequest } from "../../../compiler/analysis/witness-request.ts";
import { clientCodecs } from "../../../runtime/request/client-codecs.ts";
import { requestFacts } from "../../../runtime/request/facts.ts";
import { tokenizer } from "../../../runtime/tokens.ts";
import type { JsonObject } from "../../../runtime/wire/canonical.ts";

const conversation = fc.constantFrom("chat_completions", "responses", "messages", "generate_content");
const shared = {
  model: fc.constantFrom("gpt-4o", "claude-sonnet-4-5"),
  inputTokens: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 4, max: 3000 })),
  headers: fc.constantFrom({}, { "x-team": "search" }),
};
const maxTokens = fc.option(fc.integer({ min: 0, max: 100_000 }), { nil: undefined });
const witnesses: fc.Arbitrary<Witness> = fc.oneof(
  fc.record({
    ...shared,
    maxTokens,
    endpoint: conversation,
    stream: fc.boolean(),
    hasTools: fc.boolean(),
    hasImage: fc.boolean(),
    responseFormat: fc.constantFrom(undefined, "text", "json_object", "json_schema", "other"),
  }),
  fc.record({
    ...shared,
    maxTokens,
    endpoint: fc.constant("completions" as const),
    stream: fc.boolean(),
    hasTools: fc.constant(false),
    hasImage: fc.constant(false),
  }),
  fc.record({
    ...shared,
    endpoint: fc.constant("embeddings" as const),
    stream: fc.constant(false),
    hasTools: fc.constant(false),
    hasImage: fc.constant(false),
  }),
);

test("R51 the request that is made for a witness has exactly its facts, in every format", async () => {
  await tokenizer.load();
  fc.assert(
    fc.property(witnesses, (witness) => {
      const { path, headers, body } = witnessRequest(witness);
      const isGemini = witness.endpoint === "generate_content";
      const json = {
        ...body,
        ...(isGemini && { model: witness.model, stream: path.includes(":stream") }),
      } as JsonObject;
      const codec = clientCodecs[witness.endpoint];
      const facts = requestFacts(
        {
          endpoint: witness.endpoint,
          model: String(json["model"]),
          body: codec.facts(json),
          headers: new Headers(headers),
        },
        { tokenBounds: "all", tokenizer },
      );
      const { endpoint, model, stream, hasTools, hasImage, responseFormat, maxTokens: limit, inputTokens } = facts;
      const seen = { endpoint, model, stream, hasTools, hasImage, responseFormat, maxTokens: limit, inputTokens };
      const { headers: _, ...wanted } = witness;
      expect(seen).toEqual({ responseFormat: undefined, maxTokens: undefined, ...wanted });
      for (const [name, value] of Object.entries(witness.headers)) expect(facts.header(name)).toBe(value);
    }),
    { numRuns: 500 },
  );
});
