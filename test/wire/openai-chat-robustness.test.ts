import { expect, test } from "bun:test";
import fc from "fast-check";
import type { JsonObject } from "../../runtime/wire/canonical.ts";
import { emptyAnswerMap, type ReplyContext } from "../../runtime/wire/codec.ts";
import { isObject } from "../../runtime/wire/json.ts";
import { normalise } from "../../runtime/wire/normalise.ts";
import { openaiChat } from "../../runtime/wire/openai-chat/codec.ts";
import { anyJson, mutated } from "../support/mutated.ts";

const dialect = { vendor: true, streamOptions: true, maxTokensField: "auto" } as const;

const request: JsonObject = {
  model: "gpt-5",
  messages: [
    { role: "system", content: "S" },
    {
      role: "user",
      content: [
        { type: "text", text: "a" },
        { type: "image_url", image_url: { url: "data:image/png;base64,iVBO" } },
      ],
    },
    {
      role: "assistant",
      content: null,
      reasoning_details: [{ type: "reasoning.text", text: "t", signature: "ar1.openai-chat.e30" }],
      tool_calls: [{ id: "c1", type: "function", function: { name: "w", arguments: "{}" } }],
    },
    { role: "tool", tool_call_id: "c1", content: "r" },
    { role: "assistant", function_call: { name: "f", arguments: "{}" } },
    { role: "function", name: "f", content: "x" },
  ],
  tools: [
    { type: "function", function: { name: "w", parameters: { type: "object", properties: {} } } },
    { type: "custom", custom: { name: "p" } },
  ],
  tool_choice: {
    type: "allowed_tools",
    allowed_tools: { mode: "auto", tools: [{ type: "function", function: { name: "w" } }] },
  },
  response_format: { type: "json_schema", json_schema: { name: "n", schema: { type: "object" } } },
  reasoning: { effort: "high" },
  stop: ["a"],
  stream: true,
  stream_options: { include_usage: true },
};
const answer: JsonObject = {
  id: "x",
  created: 1,
  choices: [
    {
      index: 0,
      message: {
        content: "a",
        refusal: null,
        annotations: [{ type: "url_citation", url_citation: { url: "u", title: "t", start_index: 0, end_index: 1 } }],
        reasoning_content: "r",
        tool_calls: [{ id: "c", type: "function", function: { name: "w", arguments: "{}" } }],
      },
      finish_reason: "length",
    },
  ],
  usage: { prompt_tokens: 1, prompt_tokens_details: { cached_tokens: 1 }, completion_tokens_details: null },
};
const chunk: JsonObject = {
  id: "x",
  choices: [
    {
      index: 0,
      delta: {
        content: "a",
        reasoning_details: [{ text: "t", signature: "s" }, { data: "d" }],
        tool_calls: [{ index: 0, id: "c", type: "function", function: { name: "w", arguments: "{" } }],
      },
      finish_reason: null,
    },
  ],
  usage: null,
};

const anyObject = fc.dictionary(
  fc.oneof(fc.string(), fc.constantFrom(...Object.keys({ ...request, ...answer, ...chunk }), "error")),
  anyJson,
);

const runs = { numRuns: 3000 };

test("any object as request gives facts and a request or a rejection, and what is decoded can be encoded", () => {
  const body = fc.oneof(anyObject, mutated(request)).filter(isObject);
  fc.assert(
    fc.property(body, (json: JsonObject) => {
      const facts = openaiChat.facts(json);
      expect([typeof facts.hasImage, Array.isArray(facts.texts())]).toEqual(["boolean", true]);
      expect(facts.texts().every((text) => typeof text === "string")).toBe(true);
      facts.outputSchema();
      const decoded = openaiChat.decodeRequest(json);
      if (decoded.kind === "rejection") return expect(decoded.message).not.toBe("");
      const encoded = openaiChat.encodeRequest(normalise(decoded.value).value, { model: "gpt-6", dialect });
      expect(["encoded", "rejection"]).toContain(encoded.kind);
    }),
    runs,
  );
});

test("any JSON as answer gives a response or an error, and a response can be written", () => {
  const context: ReplyContext = { requestId: "r", createdSeconds: 1, model: "m", request: {} };
  fc.assert(
    fc.property(fc.oneof(anyJson, anyObject, mutated(answer)), (json) => {
      const decoded = openaiChat.decodeResponse(json, emptyAnswerMap);
      if (decoded.kind === "failed") return expect(decoded.error.status).toBeGreaterThanOrEqual(400);
      expect(openaiChat.encodeResponse(decoded.value, context)["object"]).toBe("chat.completion");
    }),
    runs,
  );
});

test("any frames as stream end in `end` or an error, exactly once", () => {
  const frame = fc.oneof(
    fc.string(),
    fc.constant("[DONE]"),
    fc.oneof(anyObject, mutated(chunk)).map((json) => JSON.stringify(json)),
  );
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 6 }), (frames) => {
      const reader = openaiChat.streamReader(emptyAnswerMap);
      const watched = openaiChat.streamTap();
      const events = frames.flatMap((data) => {
        watched.push({ event: undefined, data });
        return reader.push({ event: undefined, data });
      });
      const kinds = [...events, ...reader.end(), ...reader.end()].map((event) => event.kind);
      expect(kinds.filter((kind) => kind === "end" || kind === "error")).toHaveLength(1);
      expect(["end", "error"]).toContain(kinds.at(-1) ?? "");
    }),
    runs,
  );
});

test("any text as error body gives an error that can be told to a client", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 300, max: 599 }),
      fc.oneof(
        fc.string(),
        anyJson.map((json) => JSON.stringify(json)),
      ),
      (status, text) => {
        const error = openaiChat.decodeError(status, text);
        expect(error.message).not.toBe("");
        expect(typeof openaiChat.encodeError(error, "r").status).toBe("number");
      },
    ),
    runs,
  );
});
