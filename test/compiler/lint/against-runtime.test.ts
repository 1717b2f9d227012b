import { expect, test } from "bun:test";
import type { Endpoint } from "../../../runtime/contract.ts";
import { clientCodecs } from "../../../runtime/request/client-codecs.ts";
import type { JsonObject } from "../../../runtime/wire/canonical.ts";
import { codecs } from "../../../runtime/wire/formats.ts";
import { normalise } from "../../../runtime/wire/normalise.ts";
import { compileSources } from "../compile-case.ts";
import { sourcesOf } from "../sources-of.ts";

const config = `[router]
policy_file = "policies.yaml"
[providers.openai]
api_key = "env.A"
[providers.anthropic]
api_key = "env.B"
`;

/** Codes of what is found in a policy of one rule. */
function codesOf(when: Readonly<Record<string, unknown>>, does: Readonly<Record<string, unknown>>): readonly string[] {
  // biome-ignore lint/suspicious/noThenProperty: the policy language's own word; nothing awaits this object.
  const policies = JSON.stringify({ rules: [{ name: "r", when, then: does }] });
  return compileSources(sourcesOf(config, policies)).diagnostics.map(({ code }) => code);
}

const schema = { type: "object", properties: { a: { type: "string" } } };
type Format = "json_schema" | "json_object" | "text";

/** The request of an endpoint that is most likely to have a schema: with a tool that must be called, where it may have tools. */
const bodies: Readonly<Record<Endpoint, (format: Format, tools: boolean) => JsonObject>> = {
  chat_completions: (type, tools) => ({
    response_format: type === "json_schema" ? { type, json_schema: { name: "a", schema } } : { type },
    ...(tools
      ? {
          tools: [{ type: "function", function: { name: "t", parameters: schema } }],
          tool_choice: { type: "function", function: { name: "t" } },
        }
      : {}),
  }),
  responses: (type, tools) => ({
    text: { format: type === "json_schema" ? { type, name: "a", schema } : { type } },
    ...(tools
      ? { tools: [{ type: "function", name: "t", parameters: schema }], tool_choice: { type: "function", name: "t" } }
      : {}),
  }),
  messages: (type, tools) => ({
    output_config: { format: type === "json_schema" ? { type, schema } : { type } },
    ...(tools ? { tools: [{ name: "t", input_schema: schema }], tool_choice: { type: "tool", name: "t" } } : {}),
  }),
  generate_content: (type, tools) => ({
    generationConfig: {
      responseMimeType: type === "text" ? "text/plain" : "application/json",
      ...(type === "json_schema" ? { responseJsonSchema: schema } : {}),
    },
    ...(tools ? { tools: [{ functionDeclarations: [{ name: "t", parametersJsonSchema: schema }] }] } : {}),
  }),
  completions: () => ({ prompt: "a" }),
  embeddings: () => ({ input: "a" }),
};

const asked = (["chat_completions", "responses", "messages", "generate_content"] as const).flatMap((endpoint) =>
  (["json_schema", "json_object", "text"] as const).flatMap((format) =>
    [true, false].map((tools) => [endpoint, format, tools] as const),
  ),
);

test.each(asked)(
  "R49 json_schema is called idle (AR313) where the gateway finds no schema: %s %s tools %p",
  (endpoint, format, tools) => {
    const facts = clientCodecs[endpoint].facts(bodies[endpoint](format, tools));
    expect([facts.responseFormat, facts.hasTools]).toEqual([format, tools]);
    const isIdle = facts.outputSchema() === undefined;
    const found = codesOf(
      { endpoint, response_format_type: format, has_tools: tools },
      { model: "gpt-4o", validate: ["json_schema"] },
    );
    expect(found.includes("AR313")).toBe(isIdle);
  },
);

test.each(["completions", "embeddings"] as const)("R49 no request to %s has a schema (AR313)", (endpoint) => {
  expect(clientCodecs[endpoint].facts(bodies[endpoint]("text", false)).outputSchema()).toBeUndefined();
  const model = endpoint === "embeddings" ? "text-embedding-3-small" : "gpt-3.5-turbo-instruct";
  expect(codesOf({ endpoint }, { model, validate: ["json_schema"] })).toContain("AR313");
});

/** The fields that are lost when a request is translated to the Messages API. */
function lostFields(endpoint: Exclude<Endpoint, "embeddings">, format: Format): readonly string[] {
  const messages = [{ role: "user", content: "Say it as JSON." }];
  const own: JsonObject =
    endpoint === "chat_completions"
      ? { messages }
      : endpoint === "responses"
        ? { input: "Say it as JSON." }
        : { contents: [{ role: "user", parts: [{ text: "Say it as JSON." }] }] };
  const codec = clientCodecs[endpoint];
  const decoded = codec.decodeRequest({ model: "claude-sonnet-4-5", ...own, ...bodies[endpoint](format, false) });
  if (decoded.kind === "rejection") throw new Error(decoded.message);
  const { value } = normalise(decoded.value, decoded.places);
  const dialect = { vendor: true, streamOptions: true, maxTokensField: "auto" } as const;
  const target = { model: "claude-sonnet-4-5", dialect, places: decoded.places };
  const encoded = codecs["anthropic-messages"].encodeRequest(value, target);
  if (encoded.kind === "rejection") throw new Error(encoded.message);
  return encoded.losses.map(({ code }) => code);
}

const translated = (["chat_completions", "responses", "generate_content"] as const).flatMap((endpoint) =>
  (["json_schema", "json_object", "text"] as const).map((format) => [endpoint, format] as const),
);

test.each(translated)("a loss is called certain (AR327) where the translation has it: %s %s", (endpoint, format) => {
  const found = codesOf({ endpoint, response_format_type: format }, { model: "claude-sonnet-4-5" });
  expect(found.includes("AR327")).toBe(lostFields(endpoint, format).includes("not_enforced"));
});

test("requests of Messages clients are not translated for Claude", () => {
  expect(
    codesOf({ endpoint: "messages", response_format_type: "json_object" }, { model: "claude-sonnet-4-5" }),
  ).toEqual([]);
});
