import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from "node:zlib";
import type { Behaviour } from "../../cli/sim/script/behaviour.ts";
import { type Simulator, startSimulator } from "../../cli/sim/simulator.ts";
import { chunksOf, type RawExchange, rawExchange, rawRequest } from "./support/raw-exchange.ts";
import { chatBody, messagesBody, postChat, postMessages } from "./support/requests.ts";

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ now: () => 1_795_000_000_000 });
});
afterAll(() => simulator.stop());
afterEach(() => simulator.reset());

/** The connection a client sees when the simulator behaves so. */
function observe(behaviour: Behaviour, stream = true, quietMs = 60): Promise<RawExchange> {
  simulator.script({ do: behaviour });
  return rawExchange(simulator.port, [rawRequest("/v1/chat/completions", chatBody({ stream }))], quietMs);
}

function bodyOf(seen: RawExchange): string {
  return seen.received.slice(seen.received.indexOf("\r\n\r\n") + 4);
}

async function regularStream(): Promise<string> {
  const seen = await rawExchange(simulator.port, [rawRequest("/v1/chat/completions", chatBody({ stream: true }))]);
  return chunksOf(seen.received).join("");
}

test("a regular stream: one write per event, the last chunk, the connection kept", async () => {
  const seen = await observe({});
  expect(seen.end).toBe("open");
  expect(seen.received).toStartWith("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\n");
  expect(seen.received).toEndWith("data: [DONE]\n\n\r\n0\r\n\r\n");
  expect(chunksOf(seen.received).length).toBe(8);
});

describe("before the body", () => {
  test("TCP reset instead of an answer", async () => {
    expect(await observe({ resetBeforeHeaders: true })).toMatchObject({ received: "", end: "reset" });
  });

  test("no answer, connection open; the client's leaving is recorded", async () => {
    expect(await observe({ neverAnswer: true })).toMatchObject({ received: "", end: "open" });
    await Bun.sleep(20);
    expect(simulator.requests[0]?.closedEarlyAtMs).toBe(1_795_000_000_000);
    expect(simulator.requests[0]?.completedAtMs).toBeUndefined();
  });

  test("a delay before the headers", async () => {
    const seen = await observe({ headersDelayMs: 80 }, true, 200);
    expect(seen.firstByteMs).toBeGreaterThanOrEqual(79);
    expect(seen.received).toEndWith("0\r\n\r\n");
  });

  test("headers at once, the first event later", async () => {
    const early = await observe({ firstEventDelayMs: 300 });
    expect(bodyOf(early)).toBe("");
    expect(early.received).toContain("transfer-encoding: chunked");
    const late = await observe({ firstEventDelayMs: 30 }, true, 150);
    expect(late.received).toEndWith("0\r\n\r\n");
  });

  test("a header of 100,000 bytes", async () => {
    expect((await observe({ hugeHeaderBytes: 100_000 })).received).toContain(`x-huge: ${"x".repeat(100_000)}\r\n`);
  });

  test("bytes that are no HTTP", async () => {
    const wire = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 7\r\n\r\nhello";
    expect(await observe({ wire })).toMatchObject({ received: wire, end: "closed" });
  });
});

describe("status and headers", () => {
  test("a status with the vendor's error body and Retry-After", async () => {
    simulator.script({
      do: { status: 429, retryAfter: "2", errorCode: "insufficient_quota", errorMessage: "No money." },
    });
    const chat = await postChat(simulator, chatBody());
    expect(chat.json).toEqual({
      error: { message: "No money.", type: "requests", param: null, code: "insufficient_quota" },
    });
    expect(chat.headers.get("retry-after")).toBe("2");
    simulator.script({ do: { status: 529, headers: { "X-Should-Retry": "false" } } });
    const messages = await postMessages(simulator, messagesBody());
    expect(messages.status).toBe(529);
    expect(messages.json).toEqual({
      type: "error",
      error: { type: "overloaded_error", message: "simulated status 529" },
      request_id: messages.headers.get("request-id"),
    });
    expect(messages.headers.get("x-should-retry")).toBe("false");
  });

  test("statuses nobody has, and one without body", async () => {
    expect((await observe({ status: 999 }, false)).received).toStartWith("HTTP/1.1 999 Unknown\r\n");
    const empty = await observe({ status: 204, body: "" }, false);
    expect(empty.received).toStartWith("HTTP/1.1 204 No Content\r\n");
    expect(empty.received).not.toContain("content-length");
  });

  test("a redirect", async () => {
    const seen = await observe({ redirect: "http://127.0.0.1:1/elsewhere" }, false);
    expect(seen.received).toStartWith("HTTP/1.1 307 Temporary Redirect\r\n");
    expect(seen.received).toContain("location: http://127.0.0.1:1/elsewhere\r\n");
    expect(bodyOf(seen)).toBe("");
  });

  test("a wrong content type", async () => {
    simulator.script({ do: { contentType: "text/plain" } });
    const { headers, json } = await postChat(simulator, chatBody());
    expect(headers.get("content-type")).toBe("text/plain");
    expect(json).toMatchObject({ object: "chat.completion" });
  });
});

describe("the body", () => {
  const rows: readonly (readonly [string, Behaviour, number, string | RegExp])[] = [
    ["an HTML page", { html: true, status: 502 }, 502, /^<html>[\s\S]*<\/html>\s*$/],
    ["nothing", { body: "" }, 200, /^$/],
    ["half a JSON", { invalidJson: true }, 200, /^\{[\s\S]*"usage": \{\s+"$/],
    ["one's own", { body: '{"choices":[]}' }, 200, /^\{"choices":\[\]\}$/],
  ];
  test.each([...rows])("%s", async (_title, behaviour, status, text) => {
    simulator.script({ do: behaviour });
    const answer = await postChat(simulator, chatBody());
    expect(answer.status).toBe(status);
    expect(answer.text).toMatch(text);
  });

  test("prose where JSON was asked for", async () => {
    simulator.script({ do: { prose: true } });
    const response_format = { type: "json_schema", json_schema: { name: "a", schema: { type: "object" } } };
    const { json } = await postChat(simulator, chatBody({ response_format }));
    expect(json).toMatchObject({ choices: [{ message: { content: "You said: Hello" } }] });
  });

  const decoders = {
    gzip: gunzipSync,
    deflate: inflateSync,
    br: brotliDecompressSync,
    zstd: zstdDecompressSync,
  } as const;
  for (const [encoding, decode] of Object.entries(decoders) as [keyof typeof decoders, typeof gunzipSync][]) {
    test(`compressed with ${encoding}, each event as it comes`, async () => {
      const seen = await observe({ contentEncoding: encoding });
      expect(seen.received).toContain(`content-encoding: ${encoding}\r\n`);
      const chunks = chunksOf(seen.received);
      expect(chunks.length).toBeGreaterThanOrEqual(8);
      expect(decode(Buffer.from(chunks.join(""), "latin1")).toString()).toBe(await regularStream());
    });
  }

  test("a body whose end is the connection's", async () => {
    const seen = await observe({ framing: "close", invalidJson: true }, false);
    expect(seen.end).toBe("closed");
    expect(seen.received).not.toContain("content-length");
    expect(bodyOf(seen)).toStartWith("{");
  });

  test("a stream of one's own, word for word", async () => {
    const sse = ": hi\n\ndata: {}\r\n\r\ndata: [DONE]\n\n";
    expect(chunksOf((await observe({ sse })).received)).toEqual([": hi\n\n", "data: {}\r\n\r\n", "data: [DONE]\n\n"]);
    const cut = await observe({ sse, endAfterEvents: 2 });
    expect(chunksOf(cut.received).join("")).toBe(": hi\n\ndata: {}\r\n\r\n");
  });
});

describe("the stream breaks", () => {
  test("TCP reset after every number of body bytes", async () => {
    const whole = await regularStream();
    for (const bytes of [0, 1, 5, 6, 150, whole.length - 1, whole.length]) {
      const seen = await observe({ resetAfterBytes: bytes });
      expect([seen.end, chunksOf(seen.received).join("")]).toEqual(["reset", whole.slice(0, bytes)]);
    }
  });

  test("plain close in the middle, of a stream and of a whole body", async () => {
    const stream = await observe({ closeAfterBytes: 7 });
    expect([stream.end, chunksOf(stream.received).join("").length]).toEqual(["closed", 7]);
    expect(stream.received).not.toEndWith("0\r\n\r\n");
    const whole = await observe({ closeAfterBytes: 7 }, false);
    expect([whole.end, bodyOf(whole).length]).toEqual(["closed", 7]);
    expect(Number(whole.received.match(/content-length: (\d+)/)?.[1])).toBeGreaterThan(7);
  });

  test("a regular end after two events, nothing said about it", async () => {
    const seen = await observe({ endAfterEvents: 2 });
    expect(chunksOf(seen.received).length).toBe(2);
    expect(seen.received).toEndWith("\r\n0\r\n\r\n");
  });

  test("silence after two events, connection open", async () => {
    const seen = await observe({ stallAfterEvents: 2 });
    expect([seen.end, chunksOf(seen.received).length]).toEqual(["open", 2]);
    expect(seen.received).not.toEndWith("0\r\n\r\n");
  });

  test("the vendor's error event first, in the middle, and on both APIs", async () => {
    const first = await observe({ errorAfterEvents: 0 });
    expect(chunksOf(first.received)).toEqual([
      'data: {"error":{"message":"simulated status 500","type":"server_error","param":null,"code":null}}\n\n',
    ]);
    simulator.script({ do: { errorAfterEvents: 4, errorType: "overloaded_error", errorMessage: "Overloaded" } });
    const { status, text } = await postMessages(simulator, messagesBody({ stream: true }));
    expect(status).toBe(200);
    expect(text.match(/^event: .*$/gm)).toEqual([
      "event: message_start",
      "event: content_block_start",
      "event: ping",
      "event: content_block_delta",
      "event: error",
    ]);
    expect(text).toContain('"error":{"type":"overloaded_error","message":"Overloaded"}');
  });

  test("no terminator", async () => {
    const whole = await regularStream();
    const chat = await observe({ noTerminator: true });
    expect(chunksOf(chat.received).join("")).toBe(whole.replace("data: [DONE]\n\n", ""));
    simulator.script({ do: { noTerminator: true } });
    const { text } = await postMessages(simulator, messagesBody({ stream: true }));
    expect(text).toContain("event: message_delta");
    expect(text).not.toContain("message_stop");
  });
});

describe("the stream in other bytes", () => {
  test("every byte its own write", async () => {
    const whole = await regularStream();
    const seen = await observe({ writeBytes: 1 }, true, 300);
    const chunks = chunksOf(seen.received);
    expect(chunks.join("")).toBe(whole);
    expect(chunks.length).toBe(whole.length);
    expect(seen.reads).toBeGreaterThan(whole.length / 4);
  });

  test("7 bytes a write cut a character in two", async () => {
    simulator.script({ do: { writeBytes: 7, text: "🙂🙂🙂" } });
    const seen = await rawExchange(
      simulator.port,
      [rawRequest("/v1/chat/completions", chatBody({ stream: true }))],
      200,
    );
    const chunks = chunksOf(seen.received);
    expect(chunks.slice(0, -1).filter((chunk) => chunk.length > 7)).toEqual([]);
    expect(Buffer.from(chunks.join(""), "latin1").toString()).toContain("🙂");
    expect(chunks.some((chunk) => Buffer.from(chunk, "latin1").toString().includes("\uFFFD"))).toBe(true);
  });

  test("slow: a wait before every write", async () => {
    const startMs = performance.now();
    simulator.script({ do: { writeBytes: 500, writeDelayMs: 10 } });
    await postChat(simulator, chatBody());
    expect(performance.now() - startMs).toBeGreaterThan(15);
  });

  test("a wait between events", async () => {
    const startMs = performance.now();
    simulator.script({ do: { eventDelayMs: 15 } });
    await postChat(simulator, chatBody({ stream: true }));
    expect(performance.now() - startMs).toBeGreaterThan(7 * 14);
  });

  test("CRLF, CR, a byte order mark, comments, pings, no spaces", async () => {
    const whole = await regularStream();
    const crlf = await observe({ lineEnd: "crlf" });
    expect(chunksOf(crlf.received).join("")).toBe(whole.replaceAll("\n", "\r\n"));
    const cr = await observe({ lineEnd: "cr" });
    expect(chunksOf(cr.received).join("")).toBe(whole.replaceAll("\n", "\r"));
    const marked = await observe({ bom: true });
    expect(Buffer.from(chunksOf(marked.received).join(""), "latin1").toString()).toBe(`\uFEFF${whole}`);
    const commented = await observe({ comments: true });
    expect(
      chunksOf(commented.received)
        .join("")
        .match(/^: keep-alive$/gm)?.length,
    ).toBe(8);
    const pinged = chunksOf((await observe({ pings: true })).received).join("");
    expect(pinged.split('event: ping\ndata: {"type":"ping"}\n\n')).toHaveLength(9);
    const tight = chunksOf((await observe({ tight: true })).received).join("");
    expect(tight).toBe(whole.replaceAll("data: ", "data:"));
  });

  test("deltas of one character", async () => {
    simulator.script({ do: { deltaChars: 1, text: "ab🙂" } });
    const { text } = await postChat(simulator, chatBody({ stream: true }));
    expect([...text.matchAll(/"delta":\{"content":"(.*?)"\}/g)].map((match) => match[1])).toEqual(["a", "b", "🙂"]);
  });
});

describe("a connection used again", () => {
  const two = [rawRequest("/v1/chat/completions", chatBody()), rawRequest("/v1/chat/completions", chatBody())];
  const answers = (seen: RawExchange) => seen.received.split("HTTP/1.1 200 OK").length - 1;

  test("serves again", async () => {
    const seen = await rawExchange(simulator.port, two);
    expect([answers(seen), seen.end]).toEqual([2, "open"]);
  });

  test("is reset", async () => {
    simulator.script({ do: { reuse: "reset" } });
    const seen = await rawExchange(simulator.port, two);
    expect([answers(seen), seen.end]).toEqual([1, "reset"]);
  });

  test("is silent", async () => {
    simulator.script({ do: { reuse: "silent" } });
    const seen = await rawExchange(simulator.port, two);
    expect([answers(seen), seen.end]).toEqual([1, "open"]);
  });
});

test("a client that leaves a stream is noticed within 100 ms", async () => {
  const live = await startSimulator();
  live.script({ do: { eventDelayMs: 5000 } });
  const leave = new AbortController();
  const response = await fetch(`${live.openaiUrl}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: "Bearer key" },
    body: JSON.stringify(chatBody({ stream: true })),
    signal: leave.signal,
  });
  await response.body?.getReader().read();
  const leftMs = Date.now();
  leave.abort();
  while (live.requests[0]?.closedEarlyAtMs === undefined && Date.now() - leftMs < 1000) await Bun.sleep(2);
  expect((live.requests[0]?.closedEarlyAtMs ?? Number.POSITIVE_INFINITY) - leftMs).toBeLessThan(100);
  await live.stop();
});
