import { packOpaque } from "../../../runtime/wire/carrier.ts";
import { answered, called, chat, messages, result, use, user } from "../../support/translation.ts";
import type { RequestVector, Vector } from "./vector.ts";

/** Requests for Gemini, and of its clients. */

type Row = Omit<RequestVector, "kind" | "from" | "to">;

const flash = "gemini-3.5-flash";
const older = "gemini-2.5-flash";
const declared = (name: string) => ({ type: "function", function: { name } });
const go = { role: "user", parts: [{ text: "go" }] };
const standIn = "skip_thought_signature_validator";
const answer = (name: string, response: object, id?: string) => ({
  functionResponse: { ...(id === undefined ? {} : { id }), name, response },
});
const calling = (name: string, id: string, thoughtSignature?: string) => ({
  functionCall: { id, name, args: {} },
  ...(thoughtSignature === undefined ? {} : { thoughtSignature }),
});

const fromChat: readonly Row[] = [
  {
    id: "wR05",
    title: "responses are one content",
    model: older,
    body: chat([user("go"), called(["c1", "w"], ["c2", "w"]), answered("c1", "1"), answered("c2", "2")]),
    sent: {
      contents: [
        go,
        { role: "model", parts: [1, 2].map(() => ({ functionCall: { name: "w", args: {} } })) },
        { role: "user", parts: [answer("w", { output: "1" }), answer("w", { output: "2" })] },
      ],
    },
  },
  {
    id: "K10",
    title: "a signature that the client lost",
    model: flash,
    body: chat([user("go"), called(["a", "w"], ["b", "w"]), answered("a", "1"), answered("b", "2")]),
    sent: {
      contents: [
        go,
        { role: "model", parts: [calling("w", "a", standIn), calling("w", "b")] },
        { role: "user", parts: [answer("w", { output: "1" }, "a"), answer("w", { output: "2" }, "b")] },
      ],
    },
  },
  {
    id: "K11",
    title: "a signature in the member of Google's own compatible API",
    model: flash,
    body: chat([
      user("go"),
      {
        role: "assistant",
        content: null,
        tool_calls: [
          {
            id: "a",
            type: "function",
            function: { name: "w", arguments: "{}" },
            extra_content: { google: { thought_signature: packOpaque({ from: "gemini", data: "c2ln" }) } },
          },
        ],
      },
      answered("a", "1"),
    ]),
    sent: {
      contents: [
        go,
        { role: "model", parts: [calling("w", "a", "c2ln")] },
        { role: "user", parts: [answer("w", { output: "1" }, "a")] },
      ],
    },
  },
  {
    id: "T26",
    title: "no search where no tool may be called",
    model: flash,
    body: chat([user("go")], { tools: [declared("w")], web_search_options: {}, tool_choice: "none" }),
    sent: {
      tools: [{ functionDeclarations: [{ name: "w", description: "" }] }],
      toolConfig: { functionCallingConfig: { mode: "NONE" } },
    },
  },
  {
    id: "P18",
    title: "one choice only",
    model: flash,
    body: chat([user("go")], { n: 2 }),
    rejected: { code: "n_unsupported", param: "n" },
  },
  {
    id: "G01",
    title: "nothing of the URL's stands in the body",
    model: flash,
    body: chat([user("go")], { stream: true, stream_options: { include_usage: true } }),
    sent: { contents: [go] },
    absent: ["model", "stream", "stream_options", "generationConfig", "tools", "toolConfig"],
  },
];

const png = { type: "image", source: { type: "base64", media_type: "image/png", data: "iVBO" } };
const fromMessages: readonly Row[] = [
  {
    id: "wR08",
    title: "an image in a result",
    model: flash,
    body: messages([user("go"), { role: "assistant", content: [use("t1", "w")] }, user([result("t1", [png])])]),
    sent: {
      contents: [
        go,
        { role: "model", parts: [calling("w", "t1", standIn)] },
        {
          role: "user",
          parts: [
            {
              functionResponse: {
                id: "t1",
                name: "w",
                response: { output: "" },
                parts: [{ inlineData: { mimeType: "image/png", data: "iVBO" } }],
              },
            },
          ],
        },
      ],
    },
  },
  {
    id: "K11",
    title: "a signature that travelled as thinking before its call",
    model: flash,
    body: messages([
      user("go"),
      {
        role: "assistant",
        content: [
          { type: "thinking", thinking: "", signature: packOpaque({ from: "gemini", data: "c2ln", signs: "call" }) },
          use("t1", "w"),
        ],
      },
      user([result("t1", "1")]),
    ]),
    sent: {
      contents: [
        go,
        { role: "model", parts: [calling("w", "t1", "c2ln")] },
        { role: "user", parts: [answer("w", { output: "1" }, "t1")] },
      ],
    },
  },
];

const schema = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
const spoken = { model: "m", stream: false, contents: [{ parts: [{ text: "go" }] }] };
const toMessages: readonly Row[] = [
  {
    id: "P21",
    title: "a schema of parameters arrives as it was",
    model: "claude-haiku-5-5",
    body: { ...spoken, tools: [{ functionDeclarations: [{ name: "w", parametersJsonSchema: schema }] }] },
    sent: { tools: [{ name: "w", input_schema: schema }], messages: [{ role: "user", content: "go" }] },
  },
];
const toChat: readonly Row[] = [
  {
    id: "P20",
    title: "names in snake case",
    model: "gpt-4.1",
    body: {
      ...spoken,
      system_instruction: { parts: [{ text: "a" }, { text: "b" }] },
      generation_config: { max_output_tokens: 5, stop_sequences: ["x"] },
      tools: [
        {
          function_declarations: [
            { name: "w", parameters: { type: "OBJECT", properties: { city: { type: "STRING" } } } },
          ],
        },
      ],
      tool_config: { function_calling_config: { mode: "ANY", allowed_function_names: ["w"] } },
    },
    sent: {
      messages: [{ role: "system", content: "a\nb" }, user("go")],
      max_completion_tokens: 5,
      stop: ["x"],
      tools: [
        {
          type: "function",
          function: { name: "w", parameters: { type: "object", properties: { city: { type: "string" } } } },
        },
      ],
      tool_choice: { type: "function", function: { name: "w" } },
    },
  },
  {
    id: "G02",
    title: "calls without ids, and their responses",
    model: "gpt-4.1",
    body: {
      ...spoken,
      contents: [
        { parts: [{ text: "go" }] },
        { role: "model", parts: [{ functionCall: { name: "w", args: { a: 1 } } }] },
        { role: "function", parts: [{ functionResponse: { name: "w", response: { result: "1" } } }] },
      ],
    },
    sent: {
      messages: [user("go"), { ...Object(called(["call_1", "w", '{"a":1}'])), content: null }, answered("call_1", "1")],
    },
  },
];

const between = (from: Vector["from"], to: Vector["to"], rows: readonly Row[]): readonly Vector[] =>
  rows.map((row) => ({ kind: "request", from, to, ...row }));

export const geminiRequests: readonly Vector[] = [
  ...between("openai-chat", "gemini", fromChat),
  ...between("anthropic-messages", "gemini", fromMessages),
  ...between("gemini", "anthropic-messages", toMessages),
  ...between("gemini", "openai-chat", toChat),
  {
    id: "wR22",
    title: "a later instruction changes nothing that was sent before",
    kind: "growth",
    from: "anthropic-messages",
    to: "gemini",
    model: flash,
    body: messages([user("go"), { role: "assistant", content: "a" }], { system: "S" }),
    more: [user("b"), { role: "system", content: "note" }],
    history: "contents",
  },
];
