import { describe, expect, test } from "bun:test";
import type { Block, Json, JsonObject, Opaque, StreamEvent } from "../../runtime/wire/canonical.ts";
import { packOpaque } from "../../runtime/wire/carrier.ts";
import { emptyAnswerMap } from "../../runtime/wire/codec.ts";
import { codecs } from "../../runtime/wire/formats.ts";
import { notes } from "../../runtime/wire/notes.ts";
import { placeSignatures } from "../../runtime/wire/place-signatures.ts";
import { replay } from "../../runtime/wire/replay.ts";
import { assembleMessage } from "../support/assemble-message.ts";
import { call, replyContext, response, target } from "../support/canonical.ts";

const google: Opaque = { from: "gemini", data: "S1" };
const context = replyContext();
const { "openai-chat": chat, "anthropic-messages": messages } = codecs;
const clients = [chat, messages] as const;

const signedCall = { ...call("call_1", '{"city":"Oslo"}'), signature: google };
const histories: readonly (readonly [name: string, blocks: readonly Block[]])[] = [
  ["a signed call", [signedCall]],
  ["reasoning, then a signed call", [{ kind: "thinking", text: "plan" }, signedCall]],
  ["text, then a signed call and one without", [{ kind: "text", text: "Hi" }, signedCall, call("call_2")]],
  ["a signed text", [{ kind: "text", text: "Hello", signature: google }]],
  ["a signed text and a signed call", [{ kind: "text", text: "Hi", signature: { ...google, data: "S0" } }, signedCall]],
  ["signed emptiness", [{ kind: "text", text: "", signature: google }]],
];

/** What a client sends back of an answer that it keeps as it is. */
function sentBack(client: (typeof clients)[number], blocks: readonly Block[]): readonly Block[] {
  const reply: JsonObject = JSON.parse(JSON.stringify(client.encodeResponse(response(blocks), context)));
  return decodedBlocks(client, messageOf(client, reply));
}

function messageOf(client: (typeof clients)[number], reply: JsonObject): Json {
  if (client === messages) return { role: "assistant", content: reply["content"] ?? [] };
  const choices = JSON.parse(JSON.stringify(reply["choices"]));
  return choices[0].message;
}

function decodedBlocks(client: (typeof clients)[number], message: Json): readonly Block[] {
  const decoded = client.decodeRequest({
    model: "m",
    max_tokens: 1,
    messages: [{ role: "user", content: "q" }, message],
  });
  if (decoded.kind === "rejection") throw new Error(decoded.message);
  return JSON.parse(JSON.stringify(decoded.value.turns[1]?.blocks));
}

describe("signatures of calls and text come back through clients that have no place for them", () => {
  for (const client of clients) {
    for (const [name, blocks] of histories) {
      test(`${client.format}: ${name}`, () => expect(sentBack(client, blocks)).toEqual([...blocks]));
    }
  }
  const cited = [{ url: "https://a.example", title: "A", start: 0, end: 5 }];
  const sourced: Block = { kind: "text", text: "Hello", signature: google, citations: cited };
  for (const [name, blocks] of [...histories, ["a signed text with a source", [sourced]]] as const) {
    test(`a Messages stream is the whole message: ${name}`, async () => {
      const writer = messages.streamWriter(context);
      const stream = replay(response(blocks)).map((event) => writer.push(event));
      const whole: JsonObject = JSON.parse(JSON.stringify(messages.encodeResponse(response(blocks), context)));
      expect((await assembleMessage(stream.join(""))).content).toEqual(JSON.parse(JSON.stringify(whole["content"])));
    });
  }
});

describe("for a Messages client", () => {
  const content = (blocks: readonly Block[]) => messages.encodeResponse(response(blocks), context)["content"];
  const ofCall = packOpaque({ ...google, signs: "call" });

  test("C4.5 the signature of a call goes on the reasoning before it", () => {
    expect(content([{ kind: "thinking", text: "plan" }, signedCall])).toMatchObject([
      { type: "thinking", thinking: "plan", signature: ofCall },
      { type: "tool_use", id: "call_1" },
    ]);
  });
  test("or on an empty one", () => {
    expect(content([{ kind: "text", text: "a" }, signedCall])).toMatchObject([
      { type: "text", text: "a" },
      { type: "thinking", thinking: "", signature: ofCall },
      { type: "tool_use", id: "call_1" },
    ]);
  });
  test("K17 signed text is shown as text, its signature behind it and empty", () => {
    expect(content([{ kind: "text", text: "Hello", signature: google }])).toEqual([
      { type: "text", text: "Hello", citations: null },
      { type: "thinking", thinking: "", signature: packOpaque({ ...google, signs: "text" }) },
    ]);
    const writer = messages.streamWriter(context);
    const frames = replay(response([{ kind: "text", text: "Hello", signature: google }])).map((one) =>
      writer.push(one),
    );
    expect(frames.join("")).not.toContain("thinking_delta");
  });
  test("a signature of Gemini's that does not say what it signs is the next call's", () => {
    const thought = { type: "thinking", thinking: "", signature: packOpaque(google) };
    const use = { type: "tool_use", id: "call_1", name: "lookup", input: { city: "Oslo" } };
    expect(decodedBlocks(messages, { role: "assistant", content: [thought, use] })).toEqual([signedCall]);
    expect(decodedBlocks(messages, { role: "assistant", content: [thought] })).toEqual([
      { kind: "thinking", text: "", signature: google },
    ]);
  });
  test("another vendor's reasoning before a call stays reasoning", () => {
    const thinking: Block = { kind: "thinking", text: "a", signature: { from: "openai-responses", data: "E" } };
    expect(placeSignatures([thinking, call("c")], notes())).toEqual([thinking, call("c")]);
  });
});

describe("for a Chat client", () => {
  const stream = (events: readonly StreamEvent[]) => {
    const writer = chat.streamWriter(context);
    const frames = events
      .map((event) => writer.push(event))
      .join("")
      .split("\n\n")
      .slice(0, -1);
    return frames.map((frame) => JSON.parse(frame.slice("data: ".length)).choices[0].delta);
  };

  test("C4.5 the signature of a call is where Google's own API for OpenAI clients has it", () => {
    const { id, name, tool } = signedCall;
    const [, opened] = stream([
      { kind: "start", id: "u", model: "m" },
      { kind: "tool-open", key: 0, id, name, tool, signature: google },
    ]);
    const extra = { google: { thought_signature: packOpaque(google) } };
    expect(opened.tool_calls).toEqual([
      { index: 0, id, type: "function", function: { name, arguments: "" }, extra_content: extra },
    ]);
  });
  const entry = { id: "call_1", type: "function", function: { name: "lookup", arguments: '{"city":"Oslo"}' } };
  const token = packOpaque(google);
  const places: readonly (readonly [string, JsonObject])[] = [
    ["Google's", { ...entry, extra_content: { google: { thought_signature: token } } }],
    ["LiteLLM's", { ...entry, provider_specific_fields: { thought_signature: token } }],
    [
      "LiteLLM's inside",
      { ...entry, function: { ...entry.function, provider_specific_fields: { thought_signature: token } } },
    ],
    ["one that Google itself gave", { ...entry, extra_content: { google: { thought_signature: "S1" } } }],
  ];
  for (const [name, sent] of places) {
    test(`a signature in ${name} member is read`, () => {
      const message = { role: "assistant", content: null, tool_calls: [sent] };
      expect(decodedBlocks(chat, message)).toEqual([signedCall]);
    });
  }
  test("text that a client lost of what was signed is in the carrier", () => {
    const signature = packOpaque({ from: "anthropic-messages", data: "Er" }, { text: "all of it" });
    const details = [{ type: "reasoning.text", signature, index: 0 }];
    expect(decodedBlocks(chat, { role: "assistant", content: "a", reasoning_details: details })).toEqual([
      { kind: "thinking", text: "all of it", signature: { from: "anthropic-messages", data: "Er" } },
      { kind: "text", text: "a" },
    ]);
  });
});

describe("a Chat upstream gets its own signatures back and no other's", () => {
  const server = { ...target("gemini-3-pro", false) };
  const signed = { ...call("c"), extra_content: { google: { thought_signature: "ar1.gemini.x" } } };
  const answered = {
    id: "a",
    choices: [
      {
        message: {
          role: "assistant",
          content: null,
          tool_calls: [{ id: "c", function: { name: "lookup", arguments: "{}" }, extra_content: signed.extra_content }],
        },
        finish_reason: "tool_calls",
      },
    ],
  };

  test("whatever it looks like", () => {
    const decoded = chat.decodeResponse(answered, emptyAnswerMap);
    if (decoded.kind === "failed") throw new Error(decoded.error.message);
    expect(decoded.value.blocks).toEqual([{ ...call("c"), signature: { from: "openai-chat", data: "ar1.gemini.x" } }]);
    expect(sentCalls(decoded.value.blocks)).toMatchObject([{ id: "c", extra_content: signed.extra_content }]);
  });
  test("in a stream, too", () => {
    const reader = chat.streamReader(emptyAnswerMap);
    const [choice] = answered.choices;
    const delta = { choices: [{ index: 0, delta: choice?.message, finish_reason: "tool_calls" }], id: "a" };
    expect(reader.push({ event: undefined, data: JSON.stringify(delta) })).toContainEqual({
      kind: "tool-open",
      key: 0,
      id: "c",
      name: "lookup",
      tool: "function",
      signature: { from: "openai-chat", data: "ar1.gemini.x" },
    });
  });
  test("Gemini's own stays away", () => {
    expect(JSON.stringify(sentCalls([signedCall]))).not.toContain("extra_content");
  });

  function sentCalls(blocks: readonly Block[]): Json | undefined {
    const turns = [
      { role: "user", blocks: [{ kind: "text", text: "q" }] },
      { role: "assistant", blocks },
    ] as const;
    const encoded = chat.encodeRequest(
      {
        model: "m",
        system: [],
        turns,
        tools: [],
        maxTokensCountsReasoning: true,
        stop: [],
        sampling: {},
        reasoning: {},
        stream: false,
      },
      server,
    );
    if (encoded.kind === "rejection") throw new Error(encoded.message);
    const sent: { messages: { tool_calls?: Json }[] } = JSON.parse(JSON.stringify(encoded.body));
    return sent.messages[1]?.tool_calls;
  }
});

describe("thinking that Claude signed", () => {
  const thought = (model: string): Block => ({
    kind: "thinking",
    text: "a",
    signature: { from: "anthropic-messages", data: "E", model },
  });
  const rows = [
    ["claude-opus-5-5-20261001", "anthropic/claude-opus-5-5", true],
    ["claude-opus-5-5", "claude-sonnet-5-5", false],
    ["claude-fable-5-1", "claude-fable-5-2", false],
    ["claude-nova-7-20270101", "claude-nova-7", true],
    ["claude-nova-7", "claude-opus-5-5", false],
    ["kimi-k2-0905", "kimi-latest", true],
  ] as const;
  for (const [maker, model, isKept] of rows) {
    test(`of ${maker} is ${isKept ? "read" : "not read"} by ${model}`, () => {
      const request = {
        ...requestOf([thought(maker), { kind: "text", text: "b" }]),
        reasoning: { effort: "high" },
      } as const;
      const encoded = messages.encodeRequest(request, target(model));
      if (encoded.kind === "rejection") throw new Error(encoded.message);
      expect(JSON.stringify(encoded.body["messages"]).includes('"thinking"')).toBe(isKept);
      expect(encoded.losses.some(({ code }) => code === "reasoning_dropped")).toBe(!isKept);
    });
  }

  function requestOf(blocks: readonly Block[]) {
    const user = { role: "user", blocks: [{ kind: "text", text: "q" }] } as const;
    const turns = [user, { role: "assistant", blocks }, user] as const;
    return {
      model: "m",
      system: [],
      turns,
      tools: [],
      maxTokensCountsReasoning: true,
      stop: [],
      sampling: {},
      stream: false,
    };
  }
});
