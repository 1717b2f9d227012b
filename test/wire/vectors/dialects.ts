import type { Dialect, Lack } from "../../../runtime/contract.ts";
import {
  answered,
  assistant,
  called,
  chat,
  compatible,
  fn,
  messages,
  sonnet4,
  stub,
  user,
} from "../../support/translation.ts";
import { chunk, completion, done } from "./bodies.ts";
import { toChat, toMessages } from "./request-vectors.ts";
import type { AnswerVector, Vector } from "./vector.ts";

/** How compatible servers differ, and what they lack. */

const lacking = (...lacks: readonly Lack[]): Dialect => ({ ...compatible, lacks });
const effort = (level: string) => messages([user("q")], { output_config: { effort: level } });
const thoughts = messages([
  user("q"),
  assistant([
    { type: "thinking", thinking: "hm", signature: "" },
    { type: "text", text: "a" },
  ]),
  user("r"),
]);
const remembered = (members: object) => ({
  messages: [
    { role: "user", content: "q" },
    { role: "assistant", content: "a", ...members },
    { role: "user", content: "r" },
  ],
});
const picture = { type: "image", source: { type: "url", url: "https://a.example/x.png" } };
const city = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
const structured = chat([user("q")], {
  response_format: { type: "json_schema", json_schema: { name: "n", schema: city } },
});
const instruction = `Respond with a single valid JSON object and nothing else: no prose, no code fence. It must be valid against this JSON Schema:\n${JSON.stringify(city)}`;
const told = [
  { role: "system", content: instruction },
  { role: "user", content: "q" },
];
const custom = { type: "custom", custom: { name: "patch", description: "Edits." } };
const wrapped = {
  type: "object",
  properties: { input: { type: "string", description: "The complete raw text for this tool." } },
  required: ["input"],
  additionalProperties: false,
};
const customCall = (input: string) => ({
  role: "assistant",
  content: null,
  tool_calls: [{ id: "c", type: "custom", custom: { name: "patch", input } }],
});
const sameFormat = { kind: "request", from: "openai-chat", to: "openai-chat", model: "llama" } as const;
const tagged: Pick<AnswerVector, "from" | "to" | "asked"> = {
  from: "openai-chat",
  to: "anthropic-messages",
  asked: { model: "llama", body: messages([user("q")]), dialect: { ...compatible, thinkTags: true } },
};

const cut: Pick<AnswerVector, "from" | "to" | "asked"> = {
  ...tagged,
  asked: {
    model: "llama",
    body: messages([user("q")], { stop_sequences: ["XY"] }),
    dialect: lacking("stop"),
  },
};

export const dialects: readonly Vector[] = [
  toChat({
    id: "system-role",
    title: "a server whose instructions come from a developer",
    model: "llama",
    dialect: { ...compatible, systemRole: "developer" },
    body: messages([user("q")], { system: "S" }),
    sent: {
      messages: [
        { role: "developer", content: "S" },
        { role: "user", content: "q" },
      ],
    },
  }),
  toChat({
    id: "system-role",
    title: "one that knows no developer",
    model: "gpt-5",
    dialect: { ...compatible, vendor: true, systemRole: "system" },
    body: messages([user("q")], { system: "S" }),
    sent: {
      messages: [
        { role: "system", content: "S" },
        { role: "user", content: "q" },
      ],
    },
  }),
  ...(
    [
      ["auto", "low", {}, ["dropped:effort"]],
      ["none", "low", {}, ["dropped:effort"]],
      ["reasoning_effort", "low", { reasoning_effort: "low" }, []],
      ["reasoning_effort", "max", { reasoning_effort: "high" }, ["clamped:effort"]],
      ["reasoning", "xhigh", { reasoning: { effort: "xhigh" } }, []],
      ["thinking", "low", { thinking: { type: "enabled" } }, ["clamped:effort"]],
      ["enable_thinking", "low", { enable_thinking: true }, ["clamped:effort"]],
    ] as const
  ).map(([effortField, level, sent, losses]) =>
    toChat({
      id: "effort-field",
      title: `${level} by ${effortField}`,
      model: "llama",
      dialect: { ...compatible, effortField },
      body: effort(level),
      sent,
      absent: ["reasoning_effort", "reasoning", "thinking", "enable_thinking"].filter((field) => !(field in sent)),
      losses,
    }),
  ),
  ...(
    [
      ["thinking", { thinking: { type: "disabled" } }],
      ["enable_thinking", { enable_thinking: false }],
      ["reasoning", { reasoning: { effort: "none" } }],
    ] as const
  ).map(([effortField, sent]) =>
    toChat({
      id: "effort-field",
      title: `none at all by ${effortField}`,
      model: "llama",
      dialect: { ...compatible, effortField },
      body: messages([user("q")], { thinking: { type: "disabled" } }),
      sent,
    }),
  ),
  toChat({
    id: "effort-field",
    title: "thinking without a level switches on and loses nothing",
    model: "llama",
    dialect: { ...compatible, effortField: "thinking" },
    body: messages([user("q")], { thinking: { type: "adaptive" } }),
    sent: { thinking: { type: "enabled" } },
  }),
  toChat({
    id: "reasoning-field",
    title: "a server that wants none of it back",
    model: "llama",
    dialect: compatible,
    body: thoughts,
    sent: remembered({}),
  }),
  ...(["reasoning_content", "reasoning"] as const).map((reasoningField) =>
    toChat({
      id: "reasoning-field",
      title: `earlier reasoning goes back as ${reasoningField}`,
      model: "llama",
      dialect: { ...compatible, reasoningField },
      body: thoughts,
      sent: remembered({ [reasoningField]: "hm" }),
    }),
  ),
  toChat({
    id: "reasoning-field",
    title: "earlier reasoning goes back as reasoning_details",
    model: "llama",
    dialect: { ...compatible, reasoningField: "reasoning_details" },
    body: thoughts,
    sent: remembered({ reasoning_details: [{ type: "reasoning.text", text: "hm", index: 0 }] }),
  }),
  toChat({
    id: "reasoning-field",
    title: "but not what another vendor signed",
    model: "llama",
    dialect: { ...compatible, reasoningField: "reasoning_content" },
    body: messages([
      user("q"),
      assistant([
        { type: "thinking", thinking: "hm", signature: "claude's" },
        { type: "text", text: "a" },
      ]),
      user("r"),
    ]),
    sent: remembered({}),
  }),
  {
    ...tagged,
    kind: "answer",
    id: "think-tags",
    title: "reasoning between tags at the head of the text",
    body: completion({ content: "\n<think>\nhm <b>\n</think>\n\nHi <think>" }, "stop"),
    reply: {
      content: [
        { type: "thinking", thinking: "hm <b>" },
        { type: "text", text: "Hi <think>" },
      ],
    },
  },
  {
    ...tagged,
    kind: "answer",
    id: "think-tags",
    title: "tags that never close",
    body: completion({ content: "<think>hm" }, "length"),
    reply: { stop_reason: "max_tokens", content: [{ type: "thinking", thinking: "hm" }] },
  },
  {
    ...tagged,
    kind: "answer",
    id: "think-tags",
    title: "text without tags, however it begins",
    body: completion({ content: " <thin" }, "stop"),
    reply: { content: [{ type: "text", text: " <thin" }] },
  },
  {
    ...tagged,
    kind: "stream",
    id: "think-tags",
    title: "split over chunks",
    frames: [
      chunk({ content: "<th" }),
      chunk({ content: "ink>h" }),
      chunk({ content: "m \n</thi" }),
      chunk({ content: "nk>\nHi" }),
      chunk({}, "stop"),
      done,
    ],
    says: [
      { type: "message_start" },
      { type: "content_block_start", index: 0, content_block: { type: "thinking" } },
      { type: "content_block_delta", index: 0, delta: { type: "thinking_delta", thinking: "h" } },
      { type: "content_block_delta", index: 0, delta: { type: "thinking_delta", thinking: "m" } },
      { type: "content_block_stop", index: 0 },
      { type: "content_block_start", index: 1, content_block: { type: "text" } },
      { type: "content_block_delta", index: 1, delta: { type: "text_delta", text: "Hi" } },
      { type: "content_block_stop", index: 1 },
      { type: "message_delta", delta: { stop_reason: "end_turn" } },
      { type: "message_stop" },
    ],
  },
  {
    kind: "answer",
    id: "inclusive-usage",
    title: "a server that counts cached input twice",
    from: "anthropic-messages",
    to: "openai-chat",
    asked: { model: "kimi-k2", body: chat([user("q")]), dialect: { ...compatible, inclusiveUsage: true } },
    body: {
      ...{ id: "m", model: "kimi-k2", content: [{ type: "text", text: "a" }], stop_reason: "end_turn" },
      usage: { input_tokens: 100, cache_read_input_tokens: 75, cache_creation_input_tokens: 5, output_tokens: 7 },
    },
    reply: {
      usage: {
        prompt_tokens: 100,
        total_tokens: 107,
        prompt_tokens_details: { cached_tokens: 75, cache_write_tokens: 5 },
      },
    },
  },
  ...[toChat, toMessages].map((to) =>
    to({
      id: "lacks tools",
      title: "is said before anything is sent",
      model: to === toChat ? "llama" : sonnet4,
      dialect: lacking("tools"),
      body: to === toChat ? messages([user("q")], { tools: [stub("w")] }) : chat([user("q")], { tools: [fn("w")] }),
      rejected: { code: "tools_unsupported", param: "tools" },
    }),
  ),
  {
    ...sameFormat,
    id: "lacks custom-tools",
    title: "they are functions of one text, in the history, too",
    dialect: lacking("custom-tools"),
    body: chat([user("q"), customCall("a\nb"), answered("c", "ok")], {
      tools: [custom],
      tool_choice: { type: "custom", custom: { name: "patch" } },
    }),
    sent: {
      tools: [{ type: "function", function: { name: "patch", description: "Edits.", parameters: wrapped } }],
      tool_choice: { type: "function", function: { name: "patch" } },
      messages: [
        { role: "user", content: "q" },
        { ...Object(called(["c", "patch", '{"input":"a\\nb"}'])), content: null },
        answered("c", "ok"),
      ],
    },
  },
  {
    kind: "answer",
    id: "lacks custom-tools",
    title: "the text is taken out again",
    from: "openai-chat",
    to: "openai-chat",
    asked: { model: "llama", body: chat([user("q")], { tools: [custom] }), dialect: lacking("custom-tools") },
    body: completion(
      { tool_calls: [{ id: "c", type: "function", function: { name: "patch", arguments: '{"input":"a\\nb"}' } }] },
      "tool_calls",
    ),
    reply: { choices: [{ message: customCall("a\nb") }] },
  },
  {
    kind: "stream",
    id: "lacks custom-tools",
    title: "and while it streams",
    from: "openai-chat",
    to: "openai-chat",
    asked: { model: "llama", body: chat([user("q")], { tools: [custom] }), dialect: lacking("custom-tools") },
    frames: [
      chunk({ tool_calls: [{ index: 0, id: "c", type: "function", function: { name: "patch", arguments: '{"inp' } }] }),
      chunk({ tool_calls: [{ index: 0, function: { arguments: 'ut":"a\\' } }] }),
      chunk({ tool_calls: [{ index: 0, function: { arguments: 'nb"}' } }] }),
      chunk({}, "tool_calls"),
      done,
    ],
    says: [
      { choices: [{ delta: { role: "assistant" } }] },
      {
        choices: [
          { delta: { tool_calls: [{ index: 0, id: "c", type: "custom", custom: { name: "patch", input: "" } }] } },
        ],
      },
      { choices: [{ delta: { tool_calls: [{ index: 0, custom: { input: "a" } }] } }] },
      { choices: [{ delta: { tool_calls: [{ index: 0, custom: { input: "\nb" } }] } }] },
      { choices: [{ finish_reason: "tool_calls" }] },
      "[DONE]",
    ],
  },
  toChat({
    id: "lacks forced-tool",
    title: "a demanded call may be made",
    model: "llama",
    dialect: lacking("forced-tool"),
    body: messages([user("q")], { tools: [stub("w"), stub("x")], tool_choice: { type: "any" } }),
    sent: { tool_choice: "auto" },
    losses: ["downgraded:tool_choice"],
  }),
  toChat({
    id: "lacks forced-tool",
    title: "a named tool is the only one offered",
    model: "llama",
    dialect: lacking("forced-tool"),
    body: messages([user("q")], { tools: [stub("w"), stub("x")], tool_choice: { type: "tool", name: "x" } }),
    sent: {
      tool_choice: "auto",
      tools: [{ type: "function", function: { name: "x", parameters: { type: "object" } } }],
    },
    losses: ["downgraded:tool_choice"],
  }),
  toMessages({
    id: "lacks forced-tool",
    title: "so of the Messages API",
    model: sonnet4,
    dialect: lacking("forced-tool"),
    body: chat([user("q")], { tools: [fn("w")], tool_choice: "required" }),
    sent: { tool_choice: { type: "auto" } },
    losses: ["downgraded:tool_choice"],
  }),
  toChat({
    id: "lacks parallel-tools",
    title: "the wish for one at a time is not sent",
    model: "llama",
    dialect: lacking("parallel-tools"),
    body: messages([user("q")], { tools: [stub("w")], tool_choice: { type: "auto", disable_parallel_tool_use: true } }),
    sent: { tool_choice: "auto" },
    absent: ["parallel_tool_calls"],
    losses: ["dropped:parallel_tool_calls"],
  }),
  toMessages({
    id: "lacks parallel-tools",
    title: "so of the Messages API",
    model: sonnet4,
    dialect: lacking("parallel-tools"),
    body: chat([user("q")], { tools: [fn("w")], parallel_tool_calls: false }),
    absent: ["tool_choice"],
    losses: ["dropped:parallel_tool_calls"],
  }),
  toChat({
    id: "lacks images",
    title: "a picture is refused",
    model: "llama",
    dialect: lacking("images"),
    body: messages([user([picture])]),
    rejected: { code: "image_unsupported", param: "messages" },
  }),
  toMessages({
    id: "lacks images",
    title: "so of the Messages API",
    model: sonnet4,
    dialect: lacking("images"),
    body: chat([user([{ type: "image_url", image_url: { url: "https://a.example/x.png" } }])]),
    rejected: { code: "unsupported_image", param: "messages" },
  }),
  {
    ...sameFormat,
    id: "lacks audio",
    title: "a recording is refused",
    dialect: lacking("audio"),
    body: chat([user([{ type: "input_audio", input_audio: { data: "UklG", format: "wav" } }])]),
    rejected: { code: "audio_unsupported", param: "messages" },
  },
  toChat({
    id: "lacks documents",
    title: "a PDF is refused",
    model: "llama",
    dialect: lacking("documents"),
    body: messages([
      user([{ type: "document", source: { type: "base64", media_type: "application/pdf", data: "JVBERi0=" } }]),
    ]),
    rejected: { code: "document_unsupported", param: "messages" },
  }),
  {
    ...sameFormat,
    id: "lacks json-schema",
    title: "any JSON is enforced, the schema told in words",
    dialect: lacking("json-schema"),
    body: structured,
    sent: { response_format: { type: "json_object" }, messages: told },
    losses: ["not_enforced:response_format"],
  },
  {
    ...sameFormat,
    id: "lacks json-schema json-object",
    title: "there are words only",
    dialect: lacking("json-schema", "json-object"),
    body: structured,
    sent: { messages: told },
    absent: ["response_format"],
    losses: ["not_enforced:response_format"],
  },
  {
    ...sameFormat,
    id: "lacks json-object",
    title: "a schema is still enforced",
    dialect: lacking("json-object"),
    body: structured,
    sent: { response_format: { type: "json_schema", json_schema: { name: "n", schema: city, strict: false } } },
  },
  toChat({
    id: "lacks sampling",
    title: "what steers it is left out",
    model: "llama",
    dialect: lacking("sampling"),
    body: messages([user("q")], { temperature: 0.2, top_p: 0.9 }),
    absent: ["temperature", "top_p"],
    losses: ["dropped:temperature", "dropped:top_p"],
  }),
  toMessages({
    id: "lacks sampling",
    title: "so of the Messages API",
    model: sonnet4,
    dialect: lacking("sampling"),
    body: chat([user("q")], { temperature: 0.2 }),
    absent: ["temperature"],
    losses: ["dropped:temperature"],
  }),
  toChat({
    id: "lacks stop",
    title: "no sequences are sent, the answer is cut here",
    model: "llama",
    dialect: lacking("stop"),
    body: messages([user("q")], { stop_sequences: ["X"] }),
    absent: ["stop"],
    answer: { localStop: ["X"] },
  }),
  {
    ...cut,
    kind: "answer",
    id: "lacks stop",
    title: "a whole answer ends before the sequence",
    body: completion({ content: "a XYb" }, "stop"),
    reply: { stop_reason: "stop_sequence", stop_sequence: "XY", content: [{ type: "text", text: "a " }] },
  },
  {
    ...cut,
    kind: "stream",
    id: "lacks stop",
    title: "a stream, too, wherever its fragments end",
    frames: [chunk({ content: "a X" }), chunk({ content: "Yb" }), chunk({}, "stop"), done],
    says: [
      { type: "message_start" },
      { type: "content_block_start", index: 0, content_block: { type: "text" } },
      { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "a " } },
      { type: "content_block_stop", index: 0 },
      { type: "message_delta", delta: { stop_reason: "stop_sequence", stop_sequence: "XY" } },
      { type: "message_stop" },
    ],
  },
  toMessages({
    id: "lacks stop",
    title: "so of the Messages API",
    model: sonnet4,
    dialect: lacking("stop"),
    body: chat([user("q")], { stop: "X" }),
    absent: ["stop_sequences"],
    answer: { localStop: ["X"] },
  }),
];
