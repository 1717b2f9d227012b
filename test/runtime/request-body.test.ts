import { afterAll, describe, expect, test } from "bun:test";
import { connect } from "node:net";
import { brotliCompressSync, constants, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { readRequestBody } from "../../runtime/request/request-body.ts";

const limits = { maxBodyBytes: 1000, maxJsonDepth: 4 };

function post(body: RequestInit["body"], headers: Record<string, string> = {}): Request {
  return new Request("http://gateway/v1/chat/completions", { method: "POST", body: body ?? null, headers });
}

function chunked(chunk: Uint8Array, count: number, onCancel: () => void = () => undefined): ReadableStream<Uint8Array> {
  let sent = 0;
  return new ReadableStream(
    {
      pull(controller) {
        if (sent++ < count) controller.enqueue(chunk);
        else controller.close();
      },
      cancel: onCancel,
    },
    { highWaterMark: 0 },
  );
}

const encoder = new TextEncoder();
const model = encoder.encode('{"model":"größe"}');

describe("bodies that are read", () => {
  const rows: readonly [string, Uint8Array, string][] = [
    ["identity", model, "identity"],
    ["gzip", gzipSync(model), "gzip"],
    ["upper-case name", gzipSync(model), " GZIP "],
    ["deflate", deflateSync(model), "deflate"],
    ["br", brotliCompressSync(model), "br"],
    ["zstd", zstdCompressSync(model), "zstd"],
  ];
  test.each(rows)("%s", async (_name, bytes, coding) => {
    const body = await readRequestBody(post(bytes, { "content-encoding": coding }), limits);
    expect(body).toEqual({
      kind: "body",
      bytes: expect.anything(),
      text: '{"model":"größe"}',
      json: { model: "größe" },
    });
    if (body.kind === "body") expect(Buffer.from(body.bytes).equals(Buffer.from(model))).toBe(true);
  });

  test("many small chunks that split a character", async () => {
    const bytes = encoder.encode(JSON.stringify({ text: "ü€😀".repeat(20) }));
    let at = 0;
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (at < bytes.length) controller.enqueue(bytes.slice(at, ++at));
        else controller.close();
      },
    });
    const body = await readRequestBody(post(stream), limits);
    expect(body.kind === "body" && body.json).toEqual({ text: "ü€😀".repeat(20) });
  });

  test("exactly the limit is not too large", async () => {
    const body = await readRequestBody(post(`{"a":"${"x".repeat(1000 - 8)}"}`), limits);
    expect(body.kind).toBe("body");
  });
});

const secret = "sk-secret-value";
const bomb = new Uint8Array(64 * 1024 * 1024);

describe("bodies that are refused", () => {
  const rows: readonly [string, Request, number, string][] = [
    ["declared length", post("{}", { "content-length": "1001" }), 413, "larger than this gateway accepts (1000 bytes)"],
    ["undeclared length", post(chunked(new Uint8Array(400), 1e9)), 413, "larger than"],
    ["gzip bomb", post(gzipSync(bomb.subarray(0, 900_000)), { "content-encoding": "gzip" }), 413, "larger than"],
    ["unknown coding", post("{}", { "content-encoding": "compress" }), 415, "send gzip, deflate, br, zstd or none"],
    ["two codings", post("{}", { "content-encoding": "gzip, br" }), 415, "send gzip"],
    ["coding named as a prototype member", post("{}", { "content-encoding": "constructor" }), 415, "send gzip"],
    ["not gzip at all", post(secret, { "content-encoding": "gzip" }), 400, "not what its content-encoding header says"],
    ["cut gzip", post(gzipSync(model).subarray(0, 20), { "content-encoding": "gzip" }), 400, "not what its"],
    ["empty", post(""), 400, "no body"],
    ["no body", post(null), 400, "no body"],
    ["broken UTF-8", post(new Uint8Array([0x22, 0xc3, 0x28, 0x22])), 400, "not valid UTF-8"],
    ["byte order mark", post("\ufeff{}"), 400, "unexpected character at line 1 column 1."],
    ["nesting", post('{"a":[[["[[[[",[]]]]}'), 400, "nested deeper than 4 levels at line 1 column 16."],
    ["not JSON", post(secret), 400, "not valid JSON: unexpected character at line 1 column 1."],
    ["broken on line 3", post(`{\n "a": 1,\n "${secret}" 2}`), 400, "unexpected character at line 3 column 20."],
    ["trailing comma", post('{"a":1,}'), 400, "unexpected character at line 1 column 8."],
    ["control character", post('{"a":"\u0001"}'), 400, "unexpected character at line 1 column 7."],
    ["cut", post('{"a":'), 400, "it ends too early, at line 1 column 6."],
    ["two objects", post("{}\n{}"), 400, "text after the JSON value at line 2 column 1."],
    ["array", post("[]"), 400, "not a JSON object"],
    ["null", post("null"), 400, "not a JSON object"],
    ["string", post(`"${secret}"`), 400, "not a JSON object"],
  ];
  test.each(rows)("%s", async (_name, request, status, message) => {
    const body = await readRequestBody(request, limits);
    if (body.kind !== "error") throw new Error(`expected an error, got ${body.kind}`);
    expect(body.error.status).toBe(status);
    expect(body.error.message).toContain(message);
    expect(body.error.message).not.toContain(secret);
  });

  test("a stream over the limit is cancelled at the limit, not read to its end", async () => {
    let cancelled = false;
    await readRequestBody(post(chunked(new Uint8Array(400), 1e9, () => (cancelled = true))), limits);
    expect(cancelled).toBe(true);
  });

  test.each([
    ["gzip", gzipSync],
    ["deflate", deflateSync],
    ["br", (bytes: Uint8Array) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })],
    ["zstd", zstdCompressSync],
  ] as const)("a 64 MiB %s bomb is not unpacked", async (coding, compress) => {
    const bytes = compress(bomb);
    const before = process.memoryUsage().rss;
    const body = await readRequestBody(post(bytes, { "content-encoding": coding }), {
      maxBodyBytes: 1_000_000,
      maxJsonDepth: 4,
    });
    expect(body.kind === "error" && body.error.status).toBe(413);
    expect(process.memoryUsage().rss - before).toBeLessThan(40_000_000);
  });

  test("a million brackets are refused, and quickly", async () => {
    const startMs = performance.now();
    const body = await readRequestBody(post("[".repeat(1_000_000)), { maxBodyBytes: 2_000_000, maxJsonDepth: 128 });
    expect(body.kind === "error" && body.error.message).toContain(
      "nested deeper than 128 levels at line 1 column 129.",
    );
    expect(performance.now() - startMs).toBeLessThan(500);
  });
});

describe("a real server", () => {
  const kinds: string[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      const body = await readRequestBody(request, limits);
      kinds.push(body.kind);
      return new Response(body.kind, { status: body.kind === "error" ? body.error.status : 200 });
    },
  });
  afterAll(() => server.stop(true));

  test("a client that leaves in the middle of its body ends the read", async () => {
    const socket = connect(server.port ?? 0, "127.0.0.1");
    await new Promise((resolve) => socket.once("connect", resolve));
    socket.write('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"a":\r\n');
    await Bun.sleep(50);
    socket.destroy();
    for (let waited = 0; !kinds.includes("client-gone") && waited < 4000; waited += 10) await Bun.sleep(10);
    expect(kinds).toContain("client-gone");
  });

  test("an upload over the limit gets its 413 over the wire", async () => {
    const response = await fetch(server.url, { method: "POST", body: chunked(new Uint8Array(400), 50) });
    expect(response.status).toBe(413);
    const declared = await fetch(server.url, { method: "POST", body: new Uint8Array(5000) });
    expect(declared.status).toBe(413);
  });
});
