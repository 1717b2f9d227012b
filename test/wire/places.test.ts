import { describe, expect, test } from "bun:test";
import type { WireFormat } from "../../runtime/contract.ts";
import type { Json, JsonObject } from "../../runtime/wire/canonical.ts";
import { packOpaque } from "../../runtime/wire/carrier.ts";
import { codecs } from "../../runtime/wire/formats.ts";
import { normalise } from "../../runtime/wire/normalise.ts";
import { target } from "../support/canonical.ts";

const upstreams = {
  "openai-chat": "gpt-5",
  "openai-responses": "gpt-5",
  "anthropic-messages": "claude-opus-4-5",
  gemini: "gemini-2.5-pro",
} as const satisfies Record<WireFormat, string>;

/** What a client is told of its request on the way to an upstream: the losses, or why it is refused. */
function told(from: WireFormat, to: WireFormat, body: JsonObject): readonly string[] | string {
  const decoded = codecs[from].decodeRequest({ model: "m", ...body });
  if (decoded.kind === "rejection") return `${decoded.param} | ${decoded.message}`;
  const normal = normalise(decoded.value, decoded.places);
  const encoded = codecs[to].encodeRequest(normal.value, { ...target(upstreams[to]), places: decoded.places });
  if (encoded.kind === "rejection") return `${encoded.param} | ${encoded.message}`;
  return [...decoded.losses, ...normal.losses, ...encoded.losses].map(({ code, field }) => `${code}:${field}`);
}

const foreign = packOpaque({ from: "openai-responses", data: "state" });
const parameters = { type: "object", properties: { x: { type: "string" } } };

const chat = (messages: readonly Json[], more: JsonObject = {}) => ({ messages, ...more });
const responses = (input: Json, more: JsonObject = {}) => ({ input, ...more });
const messages = (turns: readonly Json[], more: JsonObject = {}) => ({ max_tokens: 9000, messages: turns, ...more });
const gemini = (contents: readonly Json[], more: JsonObject = {}) => ({ contents, ...more });
const hello = { role: "user", content: "hello" };
const helloParts = { role: "user", parts: [{ text: "hello" }] };

const rows: readonly (readonly [string, WireFormat, WireFormat, JsonObject, readonly string[]])[] = [
  [
    "reasoning of another vendor, in a message",
    "openai-chat",
    "anthropic-messages",
    chat([
      hello,
      { role: "assistant", content: "hi", reasoning_details: [{ type: "reasoning.encrypted", data: foreign }] },
      hello,
    ]),
    ["reasoning_dropped:messages[1]"],
  ],
  [
    "reasoning of another vendor, in a block",
    "anthropic-messages",
    "gemini",
    messages([
      hello,
      {
        role: "assistant",
        content: [
          { type: "redacted_thinking", data: foreign },
          { type: "text", text: "hi" },
        ],
      },
      hello,
    ]),
    ["reasoning_dropped:messages[1].content[0]"],
  ],
  [
    "reasoning of another vendor, in an item",
    "openai-responses",
    "anthropic-messages",
    responses([hello, { type: "reasoning", summary: [], encrypted_content: "state" }, hello]),
    ["reasoning_dropped:input[1]"],
  ],
  [
    "reasoning of another vendor, in a part of a chat that keeps its chunks",
    "gemini",
    "anthropic-messages",
    gemini([
      helloParts,
      { role: "model", parts: [{ text: "so" }] },
      { role: "model", parts: [{ text: "" }, { text: "it is", thoughtSignature: "c2ln", thought: true }] },
      helloParts,
    ]),
    ["reasoning_dropped:contents[2].parts[1]"],
  ],
  [
    "several items of one answer",
    "openai-responses",
    "gemini",
    responses([
      hello,
      { type: "reasoning", summary: [], encrypted_content: "state" },
      { type: "function_call", call_id: "c", name: "f", arguments: "not json" },
      { type: "function_call_output", call_id: "c", output: "1" },
    ]),
    ["reasoning_dropped:input[1]", "arguments_wrapped:input[2]"],
  ],
  [
    "arguments that are no object",
    "openai-chat",
    "anthropic-messages",
    chat([
      hello,
      {
        role: "assistant",
        content: null,
        tool_calls: [
          { id: "a", type: "function", function: { name: "f", arguments: "{}" } },
          { id: "b", type: "function", function: { name: "f", arguments: "[1]" } },
        ],
      },
      { role: "tool", tool_call_id: "a", content: "1" },
    ]),
    ["missing_tool_result:messages[1].tool_calls[1]", "arguments_wrapped:messages[1].tool_calls[1]"],
  ],
  [
    "results without a call",
    "openai-responses",
    "openai-chat",
    responses([hello, { type: "function_call_output", call_id: "lost", output: "1" }]),
    ["orphan_tool_result:input[1]"],
  ],
  [
    "results without a call, in a part",
    "gemini",
    "openai-chat",
    gemini([{ role: "user", parts: [{ text: "x" }, { functionResponse: { name: "f", response: { output: "1" } } }] }]),
    ["orphan_tool_result:contents[0].parts[1]"],
  ],
  [
    "instructions in the middle",
    "openai-chat",
    "gemini",
    chat([hello, { role: "assistant", content: "hi" }, { role: "system", content: "be brief" }, hello]),
    ["system_moved:messages[2].content"],
  ],
  [
    "an answer that is to be continued",
    "gemini",
    "openai-chat",
    gemini([helloParts, { role: "model", parts: [{ text: "Well," }] }]),
    ["prefill_as_history:contents[1].parts[0]"],
  ],
  [
    "a text document, by the part that holds it",
    "anthropic-messages",
    "openai-chat",
    messages([
      {
        role: "user",
        content: [
          { type: "text", text: "read" },
          { type: "document", source: { type: "text", media_type: "text/plain", data: "x" } },
        ],
      },
    ]),
    ["document_as_text:messages[0].content[1]"],
  ],
  [
    "tools, by their places",
    "openai-responses",
    "anthropic-messages",
    responses("hello", {
      tools: [
        { type: "function", name: "f", parameters, strict: false },
        { type: "custom", name: "c", format: { type: "grammar", syntax: "lark", definition: "start: x" } },
      ],
    }),
    ["grammar_not_enforced:tools[1]"],
  ],
  [
    "a hosted tool, by its place",
    "anthropic-messages",
    "openai-chat",
    messages([hello], {
      tools: [
        { name: "f", input_schema: parameters },
        { type: "bash_20250124", name: "bash" },
      ],
    }),
    ["tool_as_function:tools[1]"],
  ],
  [
    "declarations, by their places",
    "gemini",
    "anthropic-messages",
    gemini([helloParts], {
      tools: [{ functionDeclarations: [{ name: "f", parameters: { type: "OBJECT" } }, { name: "f" }] }],
    }),
    ["duplicate_tool:tools"],
  ],
  [
    "parameters of a Gemini client",
    "gemini",
    "openai-responses",
    gemini([helloParts], { generationConfig: { maxOutputTokens: 3, topK: 5, seed: 7, temperature: 0.3 } }),
    [
      "dropped:generationConfig.topK",
      "dropped:generationConfig.seed",
      "dropped:generationConfig.temperature",
      "clamped:generationConfig.maxOutputTokens",
    ],
  ],
  [
    "parameters of a Responses client",
    "openai-responses",
    "anthropic-messages",
    responses("hello", { text: { verbosity: "low" }, top_logprobs: 3, include: ["message.output_text.logprobs"] }),
    ["dropped:top_logprobs", "dropped:text.verbosity"],
  ],
  [
    "parameters of a Chat client, by the name it uses",
    "openai-chat",
    "openai-responses",
    chat([hello], { max_completion_tokens: 3 }),
    ["clamped:max_completion_tokens"],
  ],
  [
    "and by the older one",
    "openai-chat",
    "openai-responses",
    chat([hello], { max_tokens: 3, top_k: 4 }),
    ["dropped:top_k", "clamped:max_tokens"],
  ],
  [
    "parameters of a Messages client",
    "anthropic-messages",
    "openai-chat",
    messages([hello], { top_k: 4, stop_sequences: ["a", "b", "c", "d", "e"] }),
    ["dropped:top_k", "clamped:stop_sequences"],
  ],
];

describe("R298 what a translation leaves out is named by its place in the client's own body", () => {
  test.each(rows)("%s: %s to %s", (_, from, to, body, losses) => {
    expect(told(from, to, body)).toEqual([...losses]);
  });
});

const video = { inlineData: { mimeType: "video/mp4", data: "AAAA" } };

describe("so is what a translation is refused for, in the words of the client's API", () => {
  test.each([
    [
      "gemini",
      "anthropic-messages",
      gemini([helloParts, helloParts, { role: "user", parts: [{ text: "x" }, video] }]),
      "contents[2].parts[1] | contents[2].parts[1]: this model takes no video; send text instead",
    ],
    [
      "anthropic-messages",
      "gemini",
      messages([{ role: "user", content: [{ type: "image", source: { type: "file", file_id: "file_1" } }] }]),
      "messages[0].content[0] | messages.0.content.0: file file_1 is stored at another provider; send its bytes as base64 instead",
    ],
    [
      "openai-responses",
      "anthropic-messages",
      responses([{ role: "user", content: [{ type: "input_file", file_id: "file-1" }] }]),
      "input[0].content[0] | input[0].content[0]: file file-1 is stored at another provider; send its bytes as base64 instead",
    ],
    [
      "openai-chat",
      "anthropic-messages",
      chat([{ role: "user", content: [{ type: "input_audio", input_audio: { data: "AAAA", format: "wav" } }] }]),
      "messages[0].content[0] | messages[0].content[0]: this model takes no audio; send text instead",
    ],
    [
      "anthropic-messages",
      "openai-chat",
      messages([hello], { tools: [{ type: "code_execution_20250825", name: "code_execution" }] }),
      "tools[0] | The tool 'code_execution_20250825' runs at its own provider and this upstream has none like it. Remove it from 'tools'.",
    ],
  ] as const)("%s to %s", (from, to, body, expected) => {
    expect(told(from, to, body)).toBe(expected);
  });
});
