import { describe } from "bun:test";
import {
  answered,
  called,
  chat,
  check,
  fn,
  opus48,
  opus55,
  type Row,
  result,
  sonnet4,
  use,
  user,
} from "../support/translation.ts";

const toMessages: readonly Row[] = [
  {
    title: "R01 results of parallel calls share one user turn, in call order",
    model: sonnet4,
    body: chat(
      [user("go"), called(["tc_one", "a"], ["tc_two", "b"]), answered("tc_two", "two"), answered("tc_one", "one")],
      { tools: [fn("a"), fn("b")] },
    ),
    sent: {
      messages: [
        { role: "user", content: "go" },
        { role: "assistant", content: [use("tc_one", "a"), use("tc_two", "b")] },
        { role: "user", content: [result("tc_one", "one"), result("tc_two", "two")] },
      ],
    },
  },
  {
    title: "R02 what the user says next joins that turn, behind the results",
    model: sonnet4,
    body: chat([user("go"), called(["t", "a"]), answered("t", "one"), user("continue")], { tools: [fn("a")] }),
    sent: {
      messages: [
        { role: "user", content: "go" },
        { role: "assistant", content: [use("t", "a")] },
        { role: "user", content: [result("t", "one"), { type: "text", text: "continue" }] },
      ],
    },
  },
  {
    title: "R16 empty texts are left out",
    model: sonnet4,
    body: chat([
      user("a"),
      { role: "assistant", content: "" },
      user([
        { type: "text", text: "" },
        { type: "text", text: "b" },
      ]),
    ]),
    sent: {
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "a" },
            { type: "text", text: "b" },
          ],
        },
      ],
    },
  },
  {
    title: "R19a later system text stays a system turn where the model allows",
    model: opus55,
    body: chat([{ role: "system", content: "S0" }, user("a"), { role: "system", content: "REM" }]),
    sent: {
      system: [{ type: "text", text: "S0" }],
      messages: [
        { role: "user", content: "a" },
        { role: "system", content: "REM" },
      ],
    },
  },
  {
    title: "R19b elsewhere it is a reminder in its place",
    model: opus55,
    body: chat([user("a"), { role: "assistant", content: "b" }, { role: "system", content: "note" }, user("c")]),
    sent: {
      messages: [
        { role: "user", content: "a" },
        { role: "assistant", content: "b" },
        {
          role: "user",
          content: [
            { type: "text", text: "<system-reminder>\nnote\n</system-reminder>" },
            { type: "text", text: "c" },
          ],
        },
      ],
    },
    losses: ["system_moved:messages"],
  },
  {
    title: "R20 system text between call and result moves behind the result",
    model: sonnet4,
    body: chat([user("q"), called(["a", "w"]), { role: "system", content: "note" }, answered("a", "ok")], {
      tools: [fn("w")],
    }),
    sent: {
      messages: [
        { role: "user", content: "q" },
        { role: "assistant", content: [use("a", "w")] },
        {
          role: "user",
          content: [result("a", "ok"), { type: "text", text: "<system-reminder>\nnote\n</system-reminder>" }],
        },
      ],
    },
    losses: ["system_moved:messages"],
  },
  {
    title: "R23 system text alone is what the user says",
    model: sonnet4,
    body: chat([{ role: "system", content: "Say hi" }]),
    sent: { messages: [{ role: "user", content: "Say hi" }] },
    absent: ["system"],
  },
  {
    title: "R25 an answer cannot be begun on models without it",
    model: opus55,
    body: chat([user("a"), { role: "assistant", content: "{" }]),
    rejected: { code: "prefill_unsupported", param: "messages" },
  },
  {
    title: "R25 on others it can, without white space at its end",
    model: sonnet4,
    body: chat([user("a"), { role: "assistant", content: "{ \n" }]),
    sent: {
      messages: [
        { role: "user", content: "a" },
        { role: "assistant", content: "{" },
      ],
    },
  },
  {
    title: "R26 a call without result gets one that says so",
    model: sonnet4,
    body: chat([user("q"), called(["a", "w"], ["b", "w"]), answered("a", "ok"), user("next")], { tools: [fn("w")] }),
    sent: {
      messages: [
        { role: "user", content: "q" },
        { role: "assistant", content: [use("a", "w"), use("b", "w")] },
        {
          role: "user",
          content: [
            result("a", "ok"),
            { ...Object(result("b", "Tool call was not executed.")), is_error: true },
            { type: "text", text: "next" },
          ],
        },
      ],
    },
    losses: ["missing_tool_result:messages"],
  },
  {
    title: "R28 of two results for one call the last stays",
    model: sonnet4,
    body: chat([user("q"), called(["a", "w"]), answered("a", "1"), answered("a", "2")], { tools: [fn("w")] }),
    sent: {
      messages: [
        { role: "user", content: "q" },
        { role: "assistant", content: [use("a", "w")] },
        { role: "user", content: [result("a", "2")] },
      ],
    },
    losses: ["duplicate_tool_result:messages"],
  },
  {
    title: "T01 T02 arguments that are empty, no object or broken",
    model: sonnet4,
    body: chat(
      [
        user("q"),
        called(["a", "w", ""], ["b", "w", "[1,2]"], ["c", "w", '{"a":']),
        answered("a", "1"),
        answered("b", "2"),
        answered("c", "3"),
      ],
      { tools: [fn("w")] },
    ),
    sent: {
      messages: [
        { role: "user", content: "q" },
        {
          role: "assistant",
          content: [use("a", "w"), use("b", "w", { _raw: "[1,2]" }), use("c", "w", { _raw: '{"a":' })],
        },
        { role: "user", content: [result("a", "1"), result("b", "2"), result("c", "3")] },
      ],
    },
    losses: ["arguments_wrapped:messages"],
  },
  {
    title: "T03 T04 an empty list of tools takes its choice and flag along",
    model: sonnet4,
    body: chat([user("q")], { tools: [], tool_choice: "auto", parallel_tool_calls: true }),
    absent: ["tools", "tool_choice", "parallel_tool_calls"],
  },
  {
    title: "T06 tools without parameters, and those with",
    model: sonnet4,
    body: chat([user("q")], { tools: [fn("w"), fn("x", { type: "object", properties: { a: { type: "string" } } })] }),
    sent: {
      tools: [
        { name: "w", input_schema: { type: "object", properties: {} } },
        { name: "x", input_schema: { type: "object", properties: { a: { type: "string" } } } },
      ],
    },
  },
  {
    title: "T07 a demanded call on models that can be forced",
    model: sonnet4,
    body: chat([user("q")], { tools: [fn("w")], tool_choice: "required" }),
    sent: { tool_choice: { type: "any" } },
  },
  {
    title: "T07 and on those that cannot",
    model: opus55,
    body: chat([user("q")], { tools: [fn("w")], tool_choice: "required" }),
    sent: { tool_choice: { type: "auto" } },
    losses: ["downgraded:tool_choice"],
  },
  {
    title: "T08 a named tool while thinking with a budget is the only one offered",
    model: sonnet4,
    body: chat([user("q")], {
      tools: [fn("w"), fn("x")],
      tool_choice: { type: "function", function: { name: "w" } },
      reasoning_effort: "high",
    }),
    sent: { tool_choice: { type: "auto" }, tools: [{ name: "w", input_schema: { type: "object", properties: {} } }] },
    losses: ["downgraded:tool_choice"],
  },
  {
    title: "T09 allowed tools are the only ones sent",
    model: sonnet4,
    body: chat([user("q")], {
      tools: [fn("w"), fn("x")],
      tool_choice: { type: "allowed_tools", allowed_tools: { mode: "required", tools: [fn("x")] } },
    }),
    sent: { tool_choice: { type: "any" }, tools: [{ name: "x", input_schema: { type: "object", properties: {} } }] },
  },
  {
    title: "T10 one call at a time without a choice",
    model: sonnet4,
    body: chat([user("q")], { tools: [fn("w")], parallel_tool_calls: false }),
    sent: { tool_choice: { type: "auto", disable_parallel_tool_use: true } },
  },
  {
    title: "T12 tools of other kinds run at OpenAI only",
    model: sonnet4,
    body: chat([user("q")], { tools: [{ type: "image_generation" }] }),
    rejected: { code: "tool_type_unsupported", param: "tools[0].type" },
  },
  {
    title: "T22 a union at the root of a schema becomes one object",
    model: sonnet4,
    body: chat([user("q")], {
      tools: [
        fn("w", {
          anyOf: [
            { type: "object", properties: { a: {} } },
            { type: "object", properties: { b: {} } },
          ],
        }),
      ],
    }),
    sent: { tools: [{ name: "w", input_schema: { type: "object", properties: { a: {}, b: {} } } }] },
    losses: ["schema_relaxed:tools"],
  },
  {
    title: "K01 no thinking is made up for a call without it",
    model: sonnet4,
    body: chat([user("q"), called(["a", "w"]), answered("a", "1")], { tools: [fn("w")], reasoning_effort: "high" }),
    absent: ["thinking"],
    losses: ["reasoning_dropped:reasoning_effort"],
  },
  {
    title: "K04 too few tokens for a budget",
    model: sonnet4,
    body: chat([user("q")], { reasoning_effort: "high", max_completion_tokens: 800 }),
    sent: { max_tokens: 800 },
    absent: ["thinking"],
    losses: ["reasoning_dropped:reasoning_effort"],
  },
  {
    title: "a prompt that is only to be cached asks for no output",
    model: sonnet4,
    body: chat([user("q")], { prompt_cache_options: { prewarm: true }, max_tokens: 50 }),
    sent: { max_tokens: 0 },
  },
  {
    title: "K05 adaptive thinking takes an effort and no sampling",
    model: opus55,
    body: chat([user("q")], { reasoning_effort: "minimal", temperature: 1, top_p: 1 }),
    sent: { thinking: { type: "adaptive" }, output_config: { effort: "low" } },
    absent: ["temperature", "top_p"],
  },
  {
    title: "P02 models that take no sampling",
    model: opus55,
    body: chat([user("q")], { temperature: 0.7 }),
    absent: ["temperature"],
    losses: ["dropped:temperature"],
  },
  {
    title: "P03 temperature ends at 1",
    model: sonnet4,
    body: chat([user("q")], { temperature: 1.6 }),
    sent: { temperature: 1 },
    losses: ["clamped:temperature"],
  },
  {
    title: "P08 a wanted schema is enforced, tools stay",
    model: opus48,
    body: chat([user("q")], {
      tools: [fn("w")],
      response_format: {
        type: "json_schema",
        json_schema: {
          name: "n",
          schema: { type: "object", properties: { a: { type: "integer", minimum: 0 } }, required: ["a"] },
        },
      },
    }),
    sent: {
      output_config: {
        format: {
          type: "json_schema",
          schema: {
            type: "object",
            properties: { a: { type: "integer", description: "minimum: 0" } },
            required: ["a"],
            additionalProperties: false,
          },
        },
      },
    },
    absent: ["tool_choice"],
  },
  {
    title: "P14 a PDF",
    model: sonnet4,
    body: chat([
      user([{ type: "file", file: { filename: "a.pdf", file_data: "data:application/pdf;base64,JVBERi0=" } }]),
    ]),
    sent: {
      messages: [
        {
          role: "user",
          content: [
            {
              type: "document",
              source: { type: "base64", media_type: "application/pdf", data: "JVBERi0=" },
              title: "a.pdf",
            },
          ],
        },
      ],
    },
  },
  {
    title: "P15 a file id of another provider",
    model: sonnet4,
    body: chat([user([{ type: "file", file: { file_id: "file-123" } }])]),
    rejected: { code: "file_id_foreign", param: "messages" },
  },
  {
    title: "P18 several answers at once",
    model: sonnet4,
    body: chat([user("q")], { n: 2 }),
    rejected: { code: "n_unsupported", param: "n" },
  },
];

describe("Chat Completions requests to Messages upstreams", () => {
  for (const row of toMessages) check("openai-chat", "anthropic-messages", row);
});
