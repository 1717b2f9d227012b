import { describe } from "bun:test";
import {
  answered,
  assistant,
  called,
  check,
  compatible,
  messages,
  type Row,
  result,
  stub,
  use,
  user,
} from "../support/translation.ts";

const toChat: readonly Row[] = [
  {
    title: "R04 results spread over user turns are put together",
    model: "gpt-4.1",
    body: messages(
      [
        user("q"),
        assistant([use("A", "w"), use("B", "w")]),
        user([result("A", "1"), { type: "text", text: "hm" }]),
        user([result("B", "2")]),
      ],
      { tools: [stub("w")] },
    ),
    sent: {
      messages: [
        { role: "user", content: "q" },
        { ...Object(called(["A", "w"], ["B", "w"])), content: null },
        answered("A", "1"),
        answered("B", "2"),
        { role: "user", content: "hm" },
      ],
    },
  },
  {
    title: "R29 two results of one turn stay two",
    model: "gpt-4.1",
    body: messages(
      [
        user("q"),
        assistant([use("A", "w"), use("B", "x")]),
        user([result("A", "1"), result("B", [{ type: "text", text: "2" }])]),
      ],
      { tools: [stub("w"), stub("x")] },
    ),
    sent: {
      messages: [
        { role: "user", content: "q" },
        { ...Object(called(["A", "w"], ["B", "x"])), content: null },
        answered("A", "1"),
        answered("B", "2"),
      ],
    },
  },
  {
    title: "T05 a choice without tools",
    model: "gpt-4.1",
    body: messages([user("q")], { tool_choice: { type: "auto", disable_parallel_tool_use: true } }),
    absent: ["tools", "tool_choice", "parallel_tool_calls"],
  },
  {
    title: "T10 tools and choices",
    model: "gpt-4.1",
    body: messages([user("q")], {
      tools: [{ ...Object(stub("w")), description: "d" }],
      tool_choice: { type: "any", disable_parallel_tool_use: true },
    }),
    sent: {
      tools: [{ type: "function", function: { name: "w", description: "d", parameters: { type: "object" } } }],
      tool_choice: "required",
      parallel_tool_calls: false,
    },
  },
  {
    title: "T23 an image in a result follows in a user message",
    model: "gpt-4.1",
    body: messages(
      [
        user("q"),
        assistant([use("t1", "w"), use("t2", "w")]),
        user([
          result("t1", [
            { type: "text", text: "shot" },
            { type: "image", source: { type: "base64", media_type: "image/png", data: "iVBO" } },
          ]),
          result("t2", "x"),
        ]),
      ],
      { tools: [stub("w")] },
    ),
    sent: {
      messages: [
        { role: "user", content: "q" },
        { ...Object(called(["t1", "w"], ["t2", "w"])), content: null },
        answered("t1", "shot\n[image 1 of t1 follows]"),
        answered("t2", "x"),
        { role: "user", content: [{ type: "image_url", image_url: { url: "data:image/png;base64,iVBO" } }] },
      ],
    },
  },
  {
    title: "K07 an effort the API does not have",
    model: "gpt-5.4",
    body: messages([user("q")], { output_config: { effort: "max" } }),
    sent: { reasoning_effort: "xhigh" },
    losses: ["clamped:effort"],
  },
  {
    title: "K08 GPT-5.6 takes tools without reasoning only",
    model: "gpt-5.6-sol",
    body: messages([user("q")], { tools: [stub("w")], thinking: { type: "enabled", budget_tokens: 4096 } }),
    sent: { reasoning_effort: "none" },
    losses: ["clamped:thinking"],
  },
  {
    title: "P05 the output limit of reasoning models",
    model: "gpt-5",
    body: messages([user("q")]),
    sent: { max_completion_tokens: 100 },
    absent: ["max_tokens"],
  },
  {
    title: "P05 and of compatible servers",
    model: "llama",
    dialect: compatible,
    body: messages([user("q")]),
    sent: { max_tokens: 100 },
    absent: ["max_completion_tokens"],
  },
  {
    title: "P06 stop sequences are a list of at most four",
    model: "gpt-4.1",
    body: messages([user("q")], { stop_sequences: ["1", "2", "3", "4", "5", "6"] }),
    sent: { stop: ["1", "2", "3", "4"] },
    losses: ["clamped:stop_sequences"],
  },
  {
    title: "P24 usage is always asked for on streams",
    model: "gpt-4.1",
    body: messages([user("q")], { stream: true }),
    sent: { stream: true, stream_options: { include_usage: true } },
  },
  {
    title: "P24 but not of servers that refuse the option",
    model: "llama",
    dialect: { ...compatible, streamOptions: false },
    body: messages([user("q")], { stream: true }),
    absent: ["stream_options"],
  },
  {
    title: "P14 a PDF",
    model: "gpt-4.1",
    body: messages([
      user([
        {
          type: "document",
          title: "a.pdf",
          source: { type: "base64", media_type: "application/pdf", data: "JVBERi0=" },
        },
      ]),
    ]),
    sent: {
      messages: [
        {
          role: "user",
          content: [{ type: "file", file: { filename: "a.pdf", file_data: "data:application/pdf;base64,JVBERi0=" } }],
        },
      ],
    },
  },
];

describe("Messages requests to Chat Completions upstreams", () => {
  for (const row of toChat) check("anthropic-messages", "openai-chat", row);
});
