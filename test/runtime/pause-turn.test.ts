import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { Behaviour } from "../../cli/sim/script/behaviour.ts";
import { sign } from "../../cli/sim/signature.ts";
import { type Simulator, startSimulator } from "../../cli/sim/simulator.ts";
import type { Served } from "../../runtime/server/serve.ts";
import type { Json, JsonObject } from "../../runtime/wire/canonical.ts";
import { arrayOf, objectOf } from "../../runtime/wire/json.ts";
import { postText, rawSocket } from "../support/raw-request.ts";
import { startServed } from "../support/served.ts";

let simulator: Simulator;
let gateway: Served;
beforeAll(async () => {
  simulator = await startSimulator();
  gateway = await startServed({ upstreamUrl: simulator.openaiUrl, serve: { keepAliveMs: 50 } });
});
afterAll(async () => {
  await gateway.stop();
  await simulator.stop();
});
beforeEach(() => simulator.reset());

const model = "claude-opus-4-6";
const chat = {
  path: "/v1/chat/completions",
  body: { model, messages: [{ role: "user", content: "What is new?" }], web_search_options: {} },
};
const messages = {
  path: "/v1/messages",
  body: { model, max_tokens: 99, messages: [{ role: "user", content: "What is new?" }] },
};

async function ask(
  client: Readonly<{ path: string; body: JsonObject }>,
  more: JsonObject = {},
  headers: Record<string, string> = {},
) {
  const response = await fetch(gateway.url + client.path, {
    method: "POST",
    headers: { "anthropic-version": "2023-06-01", ...headers },
    body: JSON.stringify({ ...client.body, ...more }),
  });
  return { status: response.status, warnings: response.headers.get("x-arouter-warnings"), text: await response.text() };
}

/** What the upstream was asked, request by request. */
const asked = () =>
  simulator.requests.filter(({ method }) => method === "POST").map(({ json }) => objectOf(json) ?? {});

const search = (query: string): JsonObject => ({
  type: "server_tool_use",
  id: `srvtoolu_${query}`,
  name: "web_search",
  input: { query },
});
const says = (text: string): JsonObject => ({ type: "text", text });

function usage(input: number, output: number, cacheRead = 0): JsonObject {
  return { input_tokens: input, cache_read_input_tokens: cacheRead, output_tokens: output };
}

type Round = Readonly<{ content: readonly JsonObject[]; stop: string; usage: JsonObject }>;

function wholeRound({ content, stop, usage }: Round): Behaviour {
  const head = { id: "msg_up", type: "message", role: "assistant", model };
  const message = { ...head, content, stop_reason: stop, stop_sequence: null, usage };
  return { body: JSON.stringify(message), contentType: "application/json" };
}

/** The same round as a stream: text in two deltas, a tool's input in pieces that are no JSON by themselves. */
function streamedRound({ content, stop, usage }: Round): Behaviour {
  const message = {
    id: "msg_up",
    type: "message",
    role: "assistant",
    model,
    content: [],
    usage: { ...usage, output_tokens: 1 },
  };
  const events: readonly (JsonObject & { type: string })[] = [
    { type: "message_start", message },
    ...content.flatMap(blockEvents),
    {
      type: "message_delta",
      delta: { stop_reason: stop, stop_sequence: null },
      usage: { output_tokens: usage["output_tokens"] ?? 0 },
    },
    { type: "message_stop" },
  ];
  return { sse: events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join("") };
}

function blockEvents(block: JsonObject, index: number): readonly (JsonObject & { type: string })[] {
  const { start, deltas } = cutBlock(block);
  return [
    { type: "content_block_start", index, content_block: start },
    ...deltas.map((delta) => ({ type: "content_block_delta", index, delta })),
    { type: "content_block_stop", index },
  ];
}

function cutBlock(block: JsonObject): Readonly<{ start: JsonObject; deltas: readonly JsonObject[] }> {
  switch (block["type"]) {
    case "text": {
      const text = String(block["text"]);
      const pieces = [text.slice(0, 3), text.slice(3)].map((text) => ({ type: "text_delta", text }));
      const citations = arrayOf(block["citations"]).map((citation) => ({ type: "citations_delta", citation }));
      return { start: { type: "text", text: "" }, deltas: [...pieces, ...citations] };
    }
    case "thinking":
      return {
        start: { type: "thinking", thinking: "", signature: "" },
        deltas: [
          { type: "thinking_delta", thinking: block["thinking"] ?? "" },
          { type: "signature_delta", signature: block["signature"] ?? "" },
        ],
      };
    case "server_tool_use": {
      const json = JSON.stringify(block["input"]);
      const pieces = ["", json.slice(0, 4), json.slice(4)];
      return {
        start: { ...block, input: {} },
        deltas: pieces.map((partial_json) => ({ type: "input_json_delta", partial_json })),
      };
    }
    default:
      return { start: block, deltas: [] };
  }
}

const cited = {
  type: "web_search_result_location",
  url: "https://a.example/",
  title: "A",
  cited_text: "",
  encrypted_index: "x",
};

const first: Round = {
  content: [
    { type: "thinking", thinking: "Look it up.", signature: sign("", "Look it up.") },
    says("Näh 🙂: "),
    search("news"),
    {
      type: "web_search_tool_result",
      tool_use_id: "srvtoolu_news",
      content: [{ type: "web_search_result", url: "https://a.example/" }],
    },
    search("more"),
  ],
  stop: "pause_turn",
  usage: usage(10, 20, 5),
};
const second: Round = {
  content: [{ ...says("found it."), citations: [cited] }],
  stop: "end_turn",
  usage: usage(100, 7, 40),
};

type Chunk = Readonly<{ choices: readonly { delta: JsonObject; finish_reason: Json }[]; usage?: JsonObject | null }>;

/** The chunks of a Chat stream, without comments and `[DONE]`. */
function chunksOf(sse: string): readonly Chunk[] {
  const data = sse.split("\n").filter((line) => line.startsWith("data: {"));
  return data.map((line): Chunk => ({ choices: [], ...JSON.parse(line.slice(6)) }));
}

/** A Chat answer in one form, whether it came whole or as a stream; streams have exactly one of each end. */
function answerOf(text: string, stream: boolean) {
  if (!stream) {
    const { choices, usage } = JSON.parse(text);
    const { content, reasoning_content, annotations } = choices[0].message;
    return { content, reasoning: reasoning_content, annotations, finish: [choices[0].finish_reason], usage: [usage] };
  }
  const chunks = chunksOf(text);
  const deltas = chunks.flatMap(({ choices }) => choices.map(({ delta }) => delta));
  const joined = (member: string) => deltas.map((delta) => delta[member] ?? "").join("");
  expect(deltas.filter((delta) => "role" in delta)).toHaveLength(1);
  expect(text.split("data: [DONE]")).toHaveLength(2);
  return {
    content: joined("content"),
    reasoning: joined("reasoning_content"),
    annotations: deltas.find((delta) => "annotations" in delta)?.["annotations"],
    finish: chunks.flatMap(({ choices }) => choices.flatMap(({ finish_reason }) => finish_reason ?? [])),
    usage: chunks.flatMap(({ usage }) => usage ?? []),
  };
}

const streaming = { stream: true, stream_options: { include_usage: true } };

describe.each([
  ["whole", false],
  ["streamed", true],
] as const)("R20 S12 pause_turn, %s answers", (_name, stream) => {
  const roundOf = stream ? streamedRound : wholeRound;
  const options = stream ? streaming : {};

  function script(...rounds: readonly Behaviour[]): void {
    simulator.script(...rounds.map((round) => ({ do: round })));
  }

  test("a Chat client gets both rounds as one answer, its usage summed", async () => {
    script(roundOf(first), roundOf(second));
    const reply = await ask(chat, options);
    const start = "Näh 🙂: ".length - 1;
    expect(answerOf(reply.text, stream)).toMatchObject({
      content: "Näh 🙂: found it.",
      reasoning: "Look it up.",
      annotations: [
        {
          type: "url_citation",
          url_citation: { url: cited.url, title: "A", start_index: start, end_index: start + 9 },
        },
      ],
      finish: ["stop"],
      usage: [
        { prompt_tokens: 155, completion_tokens: 27, total_tokens: 182, prompt_tokens_details: { cached_tokens: 45 } },
      ],
    });
    expect(reply.warnings).toBeNull();
  });

  test("the second request is the first and the assistant's content, nothing else", async () => {
    script(roundOf(first), roundOf(second));
    await ask(chat, options);
    const [one, two, ...rest] = asked();
    expect(rest).toEqual([]);
    expect(arrayOf(one?.["tools"])).toHaveLength(1);
    const said: JsonObject = { role: "assistant", content: first.content };
    expect(two).toEqual({ ...one, messages: [...arrayOf(one?.["messages"]), said] });
    const [head, next] = simulator.requests.filter(({ method }) => method === "POST").map(({ headers }) => headers);
    expect(next?.["x-api-key"]).toBe(head?.["x-api-key"] ?? "missing");
    expect(next?.["accept"]).toBe(head?.["accept"] ?? "missing");
  });

  test("later rounds send all that was said as one message; the fifth is the last, and it ends the answer", async () => {
    const round = (at: number): Round => ({
      content: [says(`${at} `), search(`q${at}`)],
      stop: "pause_turn",
      usage: usage(10, 1),
    });
    simulator.script(...[1, 2, 3, 4, 5, 6].map((at) => ({ do: roundOf(round(at)) })));
    const reply = await ask(chat, options);
    expect(asked().map(({ messages }) => arrayOf(messages).length)).toEqual([1, 2, 2, 2, 2]);
    expect(objectOf(arrayOf(asked().at(-1)?.["messages"]).at(-1))).toEqual({
      role: "assistant",
      content: [1, 2, 3, 4].flatMap((at) => round(at).content),
    });
    expect(answerOf(reply.text, stream)).toMatchObject({
      content: "1 2 3 4 5 ",
      finish: ["stop"],
      usage: [{ prompt_tokens: 50, completion_tokens: 5 }],
    });
    // A stream's headers are gone before anyone knows.
    expect(reply.warnings).toBe(stream ? null : "paused:stop_reason");
  });

  test("calls for the client end a pause: they come first", async () => {
    const call = { type: "tool_use", id: "toolu_1", name: "lookup", input: {} };
    script(roundOf({ ...first, content: [says("Wait."), call] }));
    const reply = await ask(chat, options);
    expect(asked()).toHaveLength(1);
    expect(answerOf(reply.text, stream).finish).toEqual(["tool_calls"]);
  });

  test("a pause that said nothing is an end, as nothing can be sent back", async () => {
    script(roundOf({ ...first, content: [] }));
    const reply = await ask(chat, options);
    expect(asked()).toHaveLength(1);
    expect(answerOf(reply.text, stream).finish).toEqual(["stop"]);
  });

  test("a later round that fails before the client has bytes is a plain error", async () => {
    script(roundOf({ ...first, content: [search("news")] }), {
      status: 429,
      retryAfter: "7",
      errorMessage: "slow down",
    });
    const reply = await ask(chat, options);
    expect(reply.status).toBe(429);
    expect(JSON.parse(reply.text)).toMatchObject({ error: { message: "slow down" } });
  });

  test("R29 R33 validators see the answer of all rounds", async () => {
    const schema = {
      type: "object",
      properties: { age: { type: "integer" } },
      required: ["age"],
      additionalProperties: false,
    };
    const asksJson = {
      response_format: { type: "json_schema", json_schema: { name: "person", schema, strict: true } },
    };
    const headers = { "x-arouter-require-validators": "json_schema", "x-arouter-fallback-chain": "gpt-4o" };
    const half: Round = { ...first, content: [says('{"age"'), search("age")] };
    for (const [end, requests] of [
      [": 36}", 2],
      [': "36"}', 3],
    ] as const) {
      simulator.reset();
      script(roundOf(half), roundOf({ ...second, content: [says(end)] }));
      simulator.script({ when: { model: "gpt-4o" }, do: { text: '{"age": 37}' } });
      const reply = await ask(chat, { ...options, ...asksJson }, headers);
      expect(asked()).toHaveLength(requests);
      expect(answerOf(reply.text, stream).content).toBe(requests === 2 ? `{"age"${end}` : '{"age": 37}');
    }
  });

  test("a client of the Messages API gets the pause itself, byte for byte", async () => {
    const round = roundOf(first);
    script(round);
    const reply = await ask(messages, { stream });
    expect(reply.text).toBe(round.sse ?? round.body ?? "");
    expect(asked()).toHaveLength(1);
  });
});

describe("R20 S12 pause_turn in a stream", () => {
  const open: { destroy(): void }[] = [];
  afterEach(() => {
    for (const socket of open.splice(0)) socket.destroy();
  });

  /** A client that reads as the bytes come, and can leave. */
  function listen() {
    const { socket, received } = rawSocket(gateway.url, postText(chat.path, { ...chat.body, ...streaming }));
    open.push(socket);
    return { socket, received };
  }

  test.each([
    ["refuses", { status: 529, errorMessage: "busy" }, "busy"],
    ["breaks off", { ...streamedRound(second), closeAfterBytes: 300 }, "broke off"],
    ["cannot be reached", { resetBeforeHeaders: true }, "anthropic"],
  ] as const)(
    "a later round that %s after the client has bytes ends in the error frame",
    async (_name, later, word) => {
      simulator.script({ do: streamedRound(first) }, { do: later, times: "always" });
      const { status, text } = await ask(chat, streaming);
      expect(status).toBe(200);
      const last = text.trimEnd().split("\n\n").at(-1) ?? "";
      expect(last).toStartWith('data: {"error":');
      expect(last).toContain(word);
      expect(
        chunksOf(text).flatMap(({ choices }) => choices.flatMap(({ finish_reason }) => finish_reason ?? [])),
      ).toEqual([]);
      expect(text).not.toContain("[DONE]");
    },
  );

  test.each([
    ["before its headers", { neverAnswer: true }],
    ["in the middle of its body", { text: "On and on.", stallAfterEvents: 3 }],
  ] as const)("a client that leaves during a later round, %s, ends it", async (_name, later) => {
    simulator.script({ do: streamedRound(first) }, { do: later });
    const { socket, received } = listen();
    while (asked().length < 2 || !received().includes("Näh")) await Bun.sleep(5);
    await Bun.sleep(30);
    const latest = () => simulator.requests.findLast(({ method }) => method === "POST");
    expect(latest()?.closedEarlyAtMs).toBeUndefined();
    socket.destroy();
    while (latest()?.closedEarlyAtMs === undefined) await Bun.sleep(5);
  });

  test("while the next round is awaited the client gets keep-alives", async () => {
    simulator.script({ do: streamedRound(first) }, { do: { ...streamedRound(second), headersDelayMs: 180 } });
    const { text } = await ask(chat, streaming);
    expect(text.split(": keepalive\n\n").length).toBeGreaterThan(2);
    expect(answerOf(text, true).content).toBe("Näh 🙂: found it.");
  });

  test("a first round that lacks its message_stop goes on all the same", async () => {
    const { sse = "" } = streamedRound(first);
    simulator.script({ do: { sse: sse.slice(0, sse.indexOf("event: message_stop")) } }, { do: streamedRound(second) });
    expect(answerOf((await ask(chat, streaming)).text, true).content).toBe("Näh 🙂: found it.");
  });

  test("an upstream that answers a streaming request with whole bodies is followed too", async () => {
    simulator.script({ do: wholeRound(first) }, { do: wholeRound(second) });
    const { text } = await ask(chat, streaming);
    expect(answerOf(text, true)).toMatchObject({ content: "Näh 🙂: found it.", finish: ["stop"] });
  });
});
