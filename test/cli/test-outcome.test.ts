import { beforeAll, expect, test } from "bun:test";
import fc from "fast-check";
import { outcomes } from "../../cli/test/outcome.ts";
import type { Witness } from "../../compiler/analysis/witness.ts";
import { witnessRequest } from "../../compiler/analysis/witness-request.ts";
import { understandSources } from "../../compiler/compile.ts";
import type { ReadyTest } from "../../compiler/policy-tests/load-tests.ts";
import { tokenizer } from "../../runtime/tokens.ts";
import type { TestFacts } from "../../schemas/policy-test.ts";
import { sourcesOf } from "../compiler/sources-of.ts";

beforeAll(() => tokenizer.load());

const policies = `rules:
  - name: streams
    when: { stream: true, max_tokens_gt: 10, model_glob: "gpt-*" }
    then: { model: gpt-4o-mini }
  - name: schema
    when: { response_format_type: json_schema, header: { x-team: search } }
    then: { model: claude-x, validate: [json_schema], fallback_chain: [gpt-4.1] }
  - name: tools
    when: { has_tools: true, no_image: true, endpoint: [chat_completions, messages] }
    then: { model: gpt-4.1 }
  - name: short
    when: { tokens_input_lt: 20, has_image: false }
    then: { model: gpt-4o-mini, hedge: { after_ms: 5, with_model: claude-x } }
  - name: vectors
    when: { endpoint: embeddings, tokens_input_gte: 20 }
    then: { model: text-embedding-3-small }
`;
const config = "[providers.openai]\n[providers.anthropic]\n[providers.google]\n";

const shared = {
  model: fc.constantFrom("gpt-4o", "claude-x", "gemini-2.5-pro"),
  inputTokens: fc.constantFrom(1, 19, 20, 400),
  headers: fc.constantFrom({}, { "x-team": "search" }),
};
const witnesses: fc.Arbitrary<Witness> = fc.oneof(
  fc.record({
    ...shared,
    endpoint: fc.constantFrom("chat_completions", "responses", "messages", "generate_content"),
    maxTokens: fc.constantFrom(undefined, 10, 11),
    stream: fc.boolean(),
    hasTools: fc.boolean(),
    hasImage: fc.boolean(),
    responseFormat: fc.constantFrom(undefined, "text", "json_schema"),
  }),
  fc.record({
    ...shared,
    endpoint: fc.constant("embeddings" as const),
    stream: fc.constant(false),
    hasTools: fc.constant(false),
    hasImage: fc.constant(false),
  }),
);

/** A test as `load-tests.ts` reads it. */
function readyTest(input: Pick<ReadyTest, "facts" | "request" | "body">): ReadyTest {
  const span = { file: "a.test.yaml", start: 0, end: 0 };
  return { name: "", span, expect: {}, placeOf: () => span, ...input };
}

function factsOf({ endpoint, model, stream, hasTools, hasImage, inputTokens, headers, ...rest }: Witness): TestFacts {
  const format = (["text", "json_schema"] as const).find((one) => one === rest.responseFormat);
  return {
    endpoint,
    model,
    stream,
    has_tools: hasTools,
    has_image: hasImage,
    tokens_input: inputTokens,
    header: headers,
    ...(rest.maxTokens === undefined ? {} : { max_tokens: rest.maxTokens }),
    ...(format === undefined ? {} : { response_format_type: format }),
  };
}

test("a request and its bare facts have the same rule, models and decision", () => {
  const understood = understandSources(sourcesOf(config, policies));
  if (!understood.ok) throw new Error(JSON.stringify(understood.diagnostics));
  const outcomeOf = (test: ReadyTest) => {
    const { facts: _, ...outcome } = outcomes(understood)(test);
    return outcome;
  };
  const seen = new Set<string>();
  fc.assert(
    fc.property(witnesses, (witness) => {
      const { path, headers, body } = witnessRequest(witness);
      const address = { model: witness.model, stream: path.includes(":stream") };
      const whole = witness.endpoint === "generate_content" ? { ...body, ...address } : body;
      const request = { endpoint: witness.endpoint, headers: { ...headers } };
      const ofRequest = outcomeOf(readyTest({ facts: undefined, request, body: whole }));
      const ofFacts = outcomeOf(readyTest({ facts: factsOf(witness), request: undefined, body: undefined }));
      expect(ofRequest.kind).toBe("planned");
      expect(ofFacts).toEqual(ofRequest);
      if (ofFacts.kind === "planned") seen.add(ofFacts.itinerary.rule);
    }),
    { numRuns: 400, seed: 6 },
  );
  expect([...seen].sort()).toEqual(["none", "schema", "short", "streams", "tools", "vectors"]);
});
