import type { JsonObject } from "../../../runtime/wire/canonical.ts";
import { packOpaque } from "../../../runtime/wire/carrier.ts";
import type { StreamVector } from "./vector.ts";

const created = { type: "response.created", response: { id: "resp_up", model: "gpt-6-x", output: [] } };
const added = (item: JsonObject) => ({ type: "response.output_item.added", output_index: 0, item });
const itemDone = (item: JsonObject) => ({ type: "response.output_item.done", output_index: 0, item });
const completed = (item: JsonObject) => ({
  type: "response.completed",
  response: {
    id: "resp_up",
    model: "gpt-6-x",
    status: "completed",
    output: [item],
    usage: { input_tokens: 5, output_tokens: 2, total_tokens: 7 },
  },
});
const summaryPart = (index: number, text: string): readonly JsonObject[] => [
  { type: "response.reasoning_summary_part.added", output_index: 0, summary_index: index },
  { type: "response.reasoning_summary_text.delta", output_index: 0, summary_index: index, delta: text },
  { type: "response.reasoning_summary_text.done", output_index: 0, summary_index: index, text },
];

const call = { id: "fc_0", type: "function_call", call_id: "call_0", name: "w", arguments: '{"c":1}' };
const reasoning = {
  id: "rs_0",
  type: "reasoning",
  summary: ["First.", "Second."].map((text) => ({ type: "summary_text", text })),
  encrypted_content: "final",
};

const says = (delta: JsonObject) => ({ choices: [{ index: 0, delta }] });
const thinking = (delta: JsonObject) => ({ type: "content_block_delta", index: 0, delta });

/** Streams of Responses servers, as clients of other APIs get them. */
export const responsesStreams: readonly StreamVector[] = [
  {
    kind: "stream",
    from: "openai-responses",
    to: "openai-chat",
    id: "X06",
    title: "arguments that only their last event tells",
    frames: [
      created,
      added({ ...call, arguments: "" }),
      { type: "response.function_call_arguments.done", item_id: "fc_0", output_index: 0, arguments: '{"c":1}' },
      itemDone(call),
      completed(call),
    ],
    says: [
      says({ role: "assistant" }),
      says({ tool_calls: [{ index: 0, id: "call_0", type: "function", function: { name: "w", arguments: "" } }] }),
      says({ tool_calls: [{ index: 0, function: { arguments: '{"c":1}' } }] }),
      { choices: [{ finish_reason: "tool_calls" }] },
      { choices: [], usage: { total_tokens: 7 } },
      "[DONE]",
    ],
  },
  {
    kind: "stream",
    from: "openai-responses",
    to: "anthropic-messages",
    id: "X27",
    title: "parts of a summary are one thinking block, a blank line between them, signed once by the finished item",
    frames: [
      created,
      added({ ...reasoning, summary: [], encrypted_content: "early" }),
      ...summaryPart(0, "First."),
      ...summaryPart(1, "Second."),
      itemDone(reasoning),
      completed(reasoning),
    ],
    says: [
      { type: "message_start" },
      { type: "content_block_start", index: 0, content_block: { type: "thinking" } },
      thinking({ type: "thinking_delta", thinking: "First." }),
      thinking({ type: "thinking_delta", thinking: "\n\nSecond." }),
      thinking({
        type: "signature_delta",
        signature: packOpaque({ from: "openai-responses", data: "final", model: "gpt-6-x" }),
      }),
      { type: "content_block_stop", index: 0 },
      { type: "message_delta", delta: { stop_reason: "end_turn" } },
      { type: "message_stop" },
    ],
  },
];
