import { afterAll, describe, expect, test } from "bun:test";
import { type Content, GoogleGenAI } from "@google/genai";
import fc from "fast-check";
import type { Json, JsonObject, Opaque, StreamEvent, Usage } from "../../runtime/wire/canonical.ts";
import { packOpaque } from "../../runtime/wire/carrier.ts";
import { gemini } from "../../runtime/wire/gemini/codec.ts";
import { arrayOf, isObject, objectOf } from "../../runtime/wire/json.ts";
import { replay } from "../../runtime/wire/replay.ts";
import { sseDecoder } from "../../runtime/wire/sse.ts";
import { arbitraryResponse, arbitraryStream } from "../support/arbitrary-response.ts";
import { replyContext } from "../support/canonical.ts";
import { relayed } from "../support/relayed.ts";

const context = replyContext();

function write(events: readonly StreamEvent[]): string {
  const writer = gemini.streamWriter(context);
  return events.map((event) => writer.push(event)).join("");
}

function chunksOf(sse: string): readonly JsonObject[] {
  const decoder = sseDecoder();
  const events = [...decoder.push(new TextEncoder().encode(sse)), ...decoder.end()];
  return events.map(({ data }): JsonObject => JSON.parse(data));
}

/** What each chunk says: its parts, how it ends, or its error. */
function saidBy(sse: string): readonly unknown[] {
  return chunksOf(sse).map((chunk) => {
    const candidate = objectOf(arrayOf(chunk["candidates"])[0]);
    const parts = arrayOf(objectOf(candidate?.["content"])?.["parts"]);
    const finish = candidate?.["finishReason"];
    const error = objectOf(chunk["error"])?.["status"];
    return error ?? (finish === undefined ? parts[0] : [...parts, finish]);
  });
}

const start: StreamEvent = { kind: "start", id: "up", model: "m" };
const end: StreamEvent = { kind: "end" };
const said = (value: string): StreamEvent => ({ kind: "text", text: value });
const thought = (value: string): StreamEvent => ({ kind: "thinking", text: value });
const open = (key: number, signature?: Opaque): StreamEvent => ({
  kind: "tool-open",
  key,
  id: `call_${key}`,
  name: "w",
  tool: "function",
  signature,
});
const args = (key: number, value: string): StreamEvent => ({ kind: "tool-arguments", key, text: value });
const close = (key: number): StreamEvent => ({ kind: "tool-close", key });
const stopped = (reason: "end" | "tool-calls" | "length" | "refusal" | "filtered"): StreamEvent => ({
  kind: "stop",
  stop: { reason },
});
const called = (id: string, given: object) => ({ functionCall: { id, name: "w", args: given } });
const nothing = { text: "" };

describe("R12 R15 X40 the stream a client of the Gemini API gets", () => {
  const usage: Usage = {
    uncachedInput: 20,
    cacheRead: 100,
    cacheWrite: 0,
    output: 40,
    reasoning: 10,
    cacheWriteKnown: false,
  };
  const tail = `"index":0}],"modelVersion":"my-alias","createTime":"2026-09-21T14:13:20.000Z","responseId":"${context.requestId}"}`;

  test("whole frames: no event names, no terminator, counts with the last one", () => {
    const events = [start, said("Hi"), { kind: "usage", usage } as const, stopped("end"), end];
    const counts = `"usageMetadata":{"promptTokenCount":120,"cachedContentTokenCount":100,"candidatesTokenCount":30,"thoughtsTokenCount":10,"totalTokenCount":160}`;
    expect(write(events)).toBe(
      [
        `data: {"candidates":[{"content":{"role":"model","parts":[{"text":"Hi"}]},${tail}`,
        `data: {"candidates":[{"content":{"role":"model","parts":[{"text":""}]},"finishReason":"STOP",${tail.replace('}],"', `}],${counts},"`)}`,
        "",
      ].join("\n\n"),
    );
  });

  const gemini3: Opaque = { from: "gemini", data: "S" };
  const anthropic: Opaque = { from: "anthropic-messages", data: "S" };
  const cases: Readonly<Record<string, readonly [readonly StreamEvent[], readonly unknown[]]>> = {
    "text and a call, which waits until it is whole": [
      [start, said("Hi"), open(1), args(1, '{"c":'), args(1, '"Oslo"}'), close(1), stopped("tool-calls"), end],
      [{ text: "Hi" }, called("call_1", { c: "Oslo" }), [nothing, "STOP"]],
    ],
    "interleaved calls one after the other": [
      [
        start,
        open(0),
        args(0, "{"),
        open(1),
        args(1, "{}"),
        close(1),
        args(0, "}"),
        close(0),
        stopped("tool-calls"),
        end,
      ],
      [called("call_0", {}), called("call_1", {}), [nothing, "STOP"]],
    ],
    "calls that never closed are flushed at the end": [
      [start, open(0), args(0, '{"a":1}'), open(1), stopped("tool-calls"), end],
      [called("call_0", { a: 1 }), called("call_1", {}), [nothing, "STOP"]],
    ],
    "signatures stand on what they sign": [
      [start, thought("plan"), { kind: "thinking-signature", signature: anthropic }, open(0, gemini3), close(0), end],
      [
        { text: "plan", thought: true },
        { text: "", thought: true, thoughtSignature: btoa(packOpaque(anthropic)) },
        { ...called("call_0", {}), thoughtSignature: "S" },
        [nothing, "STOP"],
      ],
    ],
    "K17 a text's signature follows it in an empty part": [
      [start, said("Hi"), { kind: "text-signature", signature: gemini3 }, end],
      [{ text: "Hi" }, { text: "", thoughtSignature: "S" }, [nothing, "STOP"]],
    ],
    "redacted thinking is an empty thought": [
      [start, { kind: "redacted-thinking", data: anthropic }, end],
      [{ text: "", thought: true, thoughtSignature: btoa(packOpaque(anthropic)) }, [nothing, "STOP"]],
    ],
    "an answer that says nothing has no part": [[start, said(""), stopped("end"), end], [["STOP"]]],
    "X46 arguments that are no JSON": [
      [start, open(0), args(0, '{"c":oops'), close(0), stopped("tool-calls"), end, said("never")],
      ["INTERNAL"],
    ],
    "S08 calls that the limit cut off are not told": [
      [
        start,
        open(0),
        args(0, "{}"),
        close(0),
        open(1),
        args(1, '{"c":'),
        close(1),
        open(2),
        close(2),
        stopped("length"),
        end,
      ],
      [called("call_0", {}), [nothing, "MAX_TOKENS"]],
    ],
    "a key used twice": [
      [start, open(0), args(0, '{"a":1}'), close(0), open(0), args(0, '{"b":2}'), close(0), end],
      [called("call_0", { a: 1 }), called("call_0", { b: 2 }), [nothing, "STOP"]],
    ],
    "a call that nobody opened": [
      [start, args(7, "{}"), close(7), said("a"), end],
      [{ text: "a" }, [nothing, "STOP"]],
    ],
    "an error ends the stream where it is": [
      [
        start,
        said("a"),
        { kind: "error", error: { class: "overloaded", status: 529, message: "busy" } },
        said("b"),
        end,
      ],
      [{ text: "a" }, "UNAVAILABLE"],
    ],
    "a ping is a chunk that says nothing": [
      [start, { kind: "ping" }, end],
      [nothing, ["STOP"]],
    ],
    "content before the start": [
      [said("a"), end],
      [{ text: "a" }, [nothing, "STOP"]],
    ],
  };
  for (const [name, [events, chunks]] of Object.entries(cases)) {
    test(name, () => expect(saidBy(write(events))).toEqual([...chunks]));
  }

  test("X48 halves of a surrogate pair survive as escapes", () => {
    const sse = write([start, said("\ud83d"), said("\ude00"), end]);
    expect(sse).toContain('"text":"\\ud83d"');
    expect(sse).toContain('"text":"\\ude00"');
  });

  test("a refusal is an answer without parts, and the words are its reason", () => {
    const [last] = chunksOf(
      write([start, { kind: "refusal", text: "I " }, { kind: "refusal", text: "won't." }, stopped("refusal"), end]),
    );
    expect(last).toMatchObject({
      candidates: [{ content: { role: "model", parts: [] }, finishReason: "SAFETY", finishMessage: "I won't." }],
    });
  });

  test("citations and searches come with the end", () => {
    const source = { url: "https://a.example/", title: "A" };
    const search = { kind: "web-search", id: "w", query: "capital", sources: [source], failed: false } as const;
    const citation = { ...source, start: 2, end: 7 };
    const sse = write([start, { kind: "web-search", search }, said("é Paris"), { kind: "citation", citation }, end]);
    expect(chunksOf(sse).at(-1)).toMatchObject({
      candidates: [
        {
          groundingMetadata: {
            webSearchQueries: ["capital"],
            groundingSupports: [{ segment: { startIndex: 3, endIndex: 8, text: "Paris" }, groundingChunkIndices: [0] }],
          },
        },
      ],
    });
  });
});

describe("R20 whole streams from other APIs", () => {
  const named = (frames: readonly JsonObject[]) =>
    frames.map((frame) => `event: ${String(frame["type"])}\ndata: ${JSON.stringify(frame)}\n\n`).join("");

  test("from Messages: text, a call in fragments, the end", () => {
    const sse = named([
      { type: "message_start", message: { id: "msg_1", model: "c", usage: { input_tokens: 9, output_tokens: 1 } } },
      { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
      { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Hi" } },
      { type: "content_block_stop", index: 0 },
      {
        type: "content_block_start",
        index: 1,
        content_block: { type: "tool_use", id: "toolu_1", name: "w", input: {} },
      },
      { type: "content_block_delta", index: 1, delta: { type: "input_json_delta", partial_json: '{"c":' } },
      { type: "content_block_delta", index: 1, delta: { type: "input_json_delta", partial_json: '"Oslo"}' } },
      { type: "content_block_stop", index: 1 },
      { type: "message_delta", delta: { stop_reason: "tool_use" }, usage: { output_tokens: 5 } },
      { type: "message_stop" },
    ]);
    const out = relayed([new TextEncoder().encode(sse)], { upstream: "anthropic-messages", client: "gemini" });
    expect(saidBy(out)).toEqual([{ text: "Hi" }, called("toolu_1", { c: "Oslo" }), [nothing, "STOP"]]);
    expect(chunksOf(out).at(-1)).toMatchObject({ usageMetadata: { promptTokenCount: 9, candidatesTokenCount: 5 } });
    expect(out).not.toMatch(/^(?:event:|:)|\[DONE\]/m);
  });

  const twoCalls = [
    {
      candidates: [{ content: { parts: [{ text: "plan", thought: true }] } }],
      usageMetadata: { promptTokenCount: 30, thoughtsTokenCount: 5 },
    },
    {
      candidates: [
        {
          content: {
            parts: [
              { functionCall: { name: "w", args: { c: "Oslo" } }, thoughtSignature: "S1" },
              { functionCall: { name: "w", args: { c: "Rome" } } },
            ],
          },
          finishReason: "STOP",
        },
      ],
      usageMetadata: {
        promptTokenCount: 30,
        cachedContentTokenCount: 10,
        candidatesTokenCount: 12,
        thoughtsTokenCount: 5,
        totalTokenCount: 47,
      },
    },
  ]
    .map((chunk) => `data: ${JSON.stringify({ ...chunk, responseId: "r-1" })}\n\n`)
    .join("");
  const callId = expect.stringMatching(/^call_[0-9a-f]{24}$/);

  test("X30 to Messages: two calls of one chunk, a signature before the first", () => {
    const out = relayed([new TextEncoder().encode(twoCalls)], { upstream: "gemini", client: "anthropic-messages" });
    const signature = packOpaque({ from: "gemini", data: "S1", signs: "call" });
    expect(chunksOf(out).slice(1)).toMatchObject([
      { type: "content_block_start", index: 0, content_block: { type: "thinking" } },
      { type: "content_block_delta", index: 0, delta: { thinking: "plan" } },
      { type: "content_block_delta", index: 0, delta: { type: "signature_delta", signature } },
      { type: "content_block_stop", index: 0 },
      { type: "content_block_start", index: 1, content_block: { type: "tool_use", id: callId, name: "w" } },
      { type: "content_block_delta", index: 1, delta: { partial_json: '{"c":"Oslo"}' } },
      { type: "content_block_stop", index: 1 },
      { type: "content_block_start", index: 2, content_block: { type: "tool_use", id: callId, name: "w" } },
      { type: "content_block_delta", index: 2, delta: { partial_json: '{"c":"Rome"}' } },
      { type: "content_block_stop", index: 2 },
      {
        type: "message_delta",
        delta: { stop_reason: "tool_use" },
        usage: {
          input_tokens: 20,
          cache_read_input_tokens: 10,
          cache_creation_input_tokens: 0,
          output_tokens: 17,
          output_tokens_details: { thinking_tokens: 5 },
        },
      },
      { type: "message_stop" },
    ]);
  });

  test("X30 to Chat: two calls of one chunk are 0 and 1, the first one signed", () => {
    const out = relayed([new TextEncoder().encode(twoCalls)], { upstream: "gemini", client: "openai-chat" });
    const deltas = chunksOf(out.replace("data: [DONE]\n\n", "")).flatMap((chunk) => arrayOf(chunk["choices"]));
    const calls = deltas.flatMap((choice) => arrayOf(objectOf(objectOf(choice)?.["delta"])?.["tool_calls"]));
    const thought_signature = packOpaque({ from: "gemini", data: "S1" });
    expect(calls.filter((call) => isObject(call) && "id" in call)).toMatchObject([
      {
        index: 0,
        id: callId,
        type: "function",
        extra_content: { google: { thought_signature } },
        function: { name: "w" },
      },
      { index: 1, id: callId, type: "function", function: { name: "w" } },
    ]);
    expect(deltas).toContainEqual(expect.objectContaining({ finish_reason: "tool_calls" }));
    expect(out).toContain('"prompt_tokens":30,"completion_tokens":17,"total_tokens":47');
  });
});

/** Chunks as one answer: texts of a kind in one part, which ends where it is signed. */
function assembled(sse: string): unknown {
  const chunks = chunksOf(sse);
  const candidates = chunks.map((chunk) => objectOf(arrayOf(chunk["candidates"])[0]));
  const parts = candidates.flatMap((candidate) =>
    arrayOf(objectOf(candidate?.["content"])?.["parts"]).filter(isObject),
  );
  return comparable({ ...chunks.at(-1), candidates: [{ ...candidates.at(-1), content: { role: "model", parts } }] });
}

/** An answer whose texts are one part for each kind, and whose signatures stand behind what they sign. */
function comparable(answer: JsonObject): unknown {
  const candidate = objectOf(arrayOf(answer["candidates"])[0]) ?? {};
  const parts = arrayOf(objectOf(candidate["content"])?.["parts"]).filter(isObject);
  const joined: unknown[] = [];
  let last: { text: string; thought: Json } | undefined;
  for (const { text, thought = false, thoughtSignature, ...rest } of parts) {
    if (typeof text === "string" && text !== "") {
      if (last?.thought !== thought) {
        last = { text: "", thought };
        joined.push(last);
      }
      last.text += text;
    }
    if (thoughtSignature !== undefined || Object.keys(rest).length > 0) {
      joined.push({ ...rest, thoughtSignature });
      last = undefined;
    }
  }
  return JSON.parse(JSON.stringify({ ...answer, candidates: [{ ...candidate, content: joined }] }));
}

test("R15 R16 R290 a stream adds up to the whole answer", () => {
  fc.assert(
    fc.property(arbitraryResponse, (value) => {
      expect(assembled(write(replay(value)))).toEqual(comparable(gemini.encodeResponse(value, context)));
    }),
    { numRuns: 500 },
  );
});

test("R20 any stream ends with a reason or an error, in its last chunk only", () => {
  fc.assert(
    fc.property(arbitraryStream, (events) => {
      const chunks = chunksOf(write(events));
      const ends = chunks.filter((chunk) => "error" in chunk || JSON.stringify(chunk).includes('"finishReason"'));
      expect(ends).toEqual(chunks.slice(-1));
    }),
    { numRuns: 200 },
  );
});

describe("R135 R136 @google/genai 3.1.0 reads what is written", () => {
  let body = "";
  const server = Bun.serve({
    port: 0,
    fetch: () => new Response(body, { headers: { "content-type": "text/event-stream" } }),
  });
  afterAll(() => server.stop(true));
  const client = new GoogleGenAI({ apiKey: "any", httpOptions: { baseUrl: `http://127.0.0.1:${server.port}` } });

  async function chat(sse: string): Promise<Readonly<{ text: string; kept: readonly Content[] }>> {
    body = sse;
    const session = client.chats.create({ model: "m" });
    let text = "";
    for await (const chunk of await session.sendMessageStream({ message: "hi" })) text += chunk.text ?? "";
    return { text, kept: session.getHistory(true).slice(1) };
  }
  const textIn = (kept: readonly Content[]) =>
    kept.flatMap(({ parts }) => (parts ?? []).map((part) => part.text ?? "")).join("");

  test("a chat keeps the answer, with keep-alives before, in and behind the text", async () => {
    const ping: StreamEvent = { kind: "ping" };
    const sse = write([start, ping, said("Hel"), ping, said("lo"), ping, stopped("end"), end]);
    const { text, kept } = await chat(sse);
    expect([text, textIn(kept)]).toEqual(["Hello", "Hello"]);
    for (const content of kept) expect(content.role).toBe("model");
  });

  test("a chat forgets a refused answer, as it does Google's own", async () => {
    expect(await chat(write([start, stopped("refusal"), end]))).toEqual({ text: "", kept: [] });
  });

  test("an error inside the stream is thrown", async () => {
    const error = { class: "rate-limited", status: 429, message: "slow down" } as const;
    const broken = chat(write([start, said("Hel"), { kind: "error", error }]));
    await expect(broken).rejects.toMatchObject({ name: "ApiError", status: 429 });
  });
});
