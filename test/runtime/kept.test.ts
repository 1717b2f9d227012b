import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { gzipSync } from "node:zlib";
import { keptResource } from "../../runtime/kept/kept-resource.ts";
import { type FourVendors, startFourVendors } from "../support/four-vendors.ts";
import { rawRequest } from "../support/raw-request.ts";

let gateway: FourVendors;
beforeAll(async () => {
  gateway = await startFourVendors();
});
afterAll(() => gateway.stop());
afterEach(() => {
  for (const upstream of Object.values(gateway.upstreams)) upstream.answer(() => undefined);
});

const mine = { authorization: "Bearer mine" };
const google = { "x-goog-api-key": "mine" };
const anthropic = { "x-api-key": "mine", "anthropic-version": "2026-10-21", "anthropic-beta": "files-api-2025-04-14" };

function ask(method: string, path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(gateway.url + path, { method, headers: mine, ...init });
}

const json = (body: object): RequestInit => ({
  headers: { ...mine, "content-type": "application/json" },
  body: JSON.stringify(body),
});

/** A form with bytes that are no text, as SDKs send it. */
function form(): FormData {
  const body = new FormData();
  body.set("purpose", "batch");
  body.set("file", new Blob([new Uint8Array([0, 255, 13, 10, 128])]), "input.jsonl");
  return body;
}

describe("things that OpenAI keeps", () => {
  test("an upload passes byte for byte, with the gateway's key, and none of the client's own", async () => {
    const { openai } = gateway.upstreams;
    openai.answer(() =>
      Response.json(
        { id: "file-1", object: "file" },
        { headers: { "set-cookie": "a=b", "openai-organization": "org" } },
      ),
    );
    const body = new Response(form());
    const type = body.headers.get("content-type") ?? "";
    const bytes = await body.bytes();
    const response = await ask("POST", "/v1/files", {
      headers: { ...mine, "content-type": type, cookie: "session=1", "openai-organization": "mine", "x-custom": "1" },
      body: bytes,
    });
    expect(await response.json()).toEqual({ id: "file-1", object: "file" });
    expect(response.headers.get("set-cookie")).toBeNull();
    expect(response.headers.get("openai-organization")).toBeNull();
    const [asked] = openai.requests;
    expect(asked).toMatchObject({ method: "POST", path: "/v1/files", text: new TextDecoder().decode(bytes) });
    expect(asked?.headers["authorization"]).toStartWith("Bearer sk-upstream");
    expect(asked?.headers["content-type"]).toBe(type);
    for (const name of ["cookie", "openai-organization", "x-custom"]) expect(asked?.headers[name]).toBeUndefined();
  });

  test("content comes back as it is, whatever its type", async () => {
    const bytes = new Uint8Array([123, 0, 255, 10]);
    gateway.upstreams.openai.answer(
      () =>
        new Response(bytes, { headers: { "content-type": "application/json", "content-disposition": "attachment" } }),
    );
    const response = await ask("GET", "/v1/files/file-9/content");
    expect(await response.bytes()).toEqual(bytes);
    expect(response.headers.get("content-disposition")).toBe("attachment");
  });

  test.each([
    ["GET", "/v1/files?purpose=batch&limit=2&after=file-1"],
    ["GET", "/v1/files/file-2"],
    ["DELETE", "/v1/files/file-2"],
    ["HEAD", "/v1/files/file-2"],
    ["GET", "/v1/batches?limit=3"],
    ["GET", "/v1/batches/batch_1"],
    ["POST", "/v1/batches/batch_1/cancel"],
    ["POST", "/v1/uploads/upload_1/complete"],
  ])("%s %s", async (method, path) => {
    const { openai } = gateway.upstreams;
    openai.answer(() => Response.json({ object: "list", data: [] }));
    expect((await ask(method, `/api${path}`)).status).toBe(200);
    expect(openai.requests.map((asked) => `${asked.method} ${asked.path}`)).toEqual([`${method} ${path}`]);
  });

  test("the vendor's refusal is the client's, word for word", async () => {
    const error = {
      error: { message: "No such File object: file-x", type: "invalid_request_error", param: "id", code: null },
    };
    gateway.upstreams.openai.answer(() => Response.json(error, { status: 404 }));
    const response = await ask("GET", "/v1/files/file-x");
    expect([response.status, await response.json()]).toEqual([404, error]);
  });

  test("a rejected key is the gateway's business, and the next one is taken after it", async () => {
    const { openai } = gateway.upstreams;
    openai.answer(({ headers }) =>
      headers["authorization"] === "Bearer sk-upstream-2"
        ? Response.json({ object: "list" })
        : Response.json({ error: { message: "bad key sk-upstream" } }, { status: 401 }),
    );
    const refused = await ask("GET", "/v1/files");
    expect(refused.status).toBe(502);
    expect(await refused.text()).not.toContain("sk-upstream");
    expect((await ask("GET", "/v1/files")).status).toBe(200);
  });

  test("what a key has made is asked for with that key, and by its client only", async () => {
    const { openai } = gateway.upstreams;
    // The first key rests since the test before; what comes back with a new one was made by the second.
    openai.answer(() => Response.json({ id: "file-second", object: "file" }));
    await ask("POST", "/v1/files", { body: form(), headers: mine });
    expect(openai.requests[0]?.headers["authorization"]).toBe("Bearer sk-upstream-2");
    await ask("GET", "/v1/files/file-second");
    openai.answer(() =>
      Response.json({ id: "batch_second", object: "batch", input_file_id: "file-second", output_file_id: "file-out" }),
    );
    await ask("POST", "/v1/batches", json({ input_file_id: "file-second", endpoint: "/v1/responses" }));
    await ask("GET", "/v1/files/file-out/content");
    expect(openai.requests.map(({ headers }) => headers["authorization"])).toEqual([
      "Bearer sk-upstream-2",
      "Bearer sk-upstream-2",
    ]);
    const stranger = await ask("GET", "/v1/files/file-out", { headers: { authorization: "Bearer theirs" } });
    expect([stranger.status, await stranger.json()]).toMatchObject([404, { error: { type: "invalid_request_error" } }]);
    expect(openai.requests).toHaveLength(2);
  });

  test("JSON that is compressed is decoded", async () => {
    const { openai } = gateway.upstreams;
    openai.answer(() => Response.json({ id: "batch_1" }));
    const body = JSON.stringify({ input_file_id: "file-1" });
    await ask("POST", "/v1/batches", {
      headers: { ...mine, "content-type": "application/json", "content-encoding": "gzip" },
      body: new Uint8Array(gzipSync(body)),
    });
    expect(openai.requests[0]?.text).toBe(body);
    expect(openai.requests[0]?.headers["content-encoding"]).toBeUndefined();
  });

  test("a client that leaves a download ends it at the vendor, and the log says so", async () => {
    const { promise: left, resolve } = Promise.withResolvers<string>();
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(1024)),
      cancel: () => resolve("left"),
    });
    gateway.upstreams.openai.answer(() => new Response(endless));
    gateway.lines.length = 0;
    const abort = new AbortController();
    const response = await ask("GET", "/v1/files/file-big/content", { signal: abort.signal });
    await response.body?.getReader().read();
    abort.abort();
    expect(await left).toBe("left");
    while (gateway.lines.length === 0) await Bun.sleep(5);
    expect(gateway.lines[0]).toContain("client-gone");
  });

  test("what is larger than may come in is a 413", async () => {
    const large = new Uint8Array(1024 * 1024 + 1);
    const declared = await ask("POST", "/v1/files", { headers: { ...mine, "content-type": "x/y" }, body: large });
    expect(declared.status).toBe(413);
    expect(gateway.upstreams.openai.requests).toEqual([]);
    const chunks = Array.from({ length: 40 }, () => new Uint8Array(64 * 1024));
    const undeclared = await ask("POST", "/v1/files", {
      headers: { ...mine, "content-type": "x/y" },
      body: new Blob(chunks).stream(),
    });
    expect(undeclared.status).toBe(413);
    expect(await undeclared.json()).toMatchObject({ error: { code: "request_too_large" } });
    gateway.upstreams.openai.answer(({ text }) => Response.json({ id: "file-fits", size: text.length }));
    const fits = await ask("POST", "/v1/files", {
      headers: { ...mine, "content-type": "x/y" },
      body: new Blob(chunks.slice(0, 8)).stream(),
    });
    expect(await fits.json()).toEqual({ id: "file-fits", size: 8 * 64 * 1024 });
  });
});

describe("things that Anthropic keeps", () => {
  const batch = (origin: string) => ({
    id: "msgbatch_1",
    type: "message_batch",
    processing_status: "ended",
    results_url: `${origin}/v1/messages/batches/msgbatch_1/results`,
  });

  test("a batch's results are fetched from here, with the API version of the client", async () => {
    const upstream = gateway.upstreams.anthropic;
    upstream.answer(() => Response.json(batch(upstream.url)));
    const headers = { ...anthropic, "content-type": "application/json" };
    const requests = [{ custom_id: "a", params: { model: "claude-x", max_tokens: 1, messages: [] } }];
    const created = await ask("POST", "/v1/messages/batches?beta=true", {
      headers,
      body: JSON.stringify({ requests }),
    });
    expect(await created.json()).toEqual(batch(gateway.url));
    expect(upstream.requests[0]).toMatchObject({
      path: "/v1/messages/batches?beta=true",
      text: JSON.stringify({ requests }),
      headers: {
        "anthropic-version": "2026-10-21",
        "anthropic-beta": "files-api-2025-04-14",
        "x-api-key": expect.stringMatching(/^sk-upstream/),
      },
    });
    const lines = '{"custom_id":"a","result":{"type":"expired"}}\n'.repeat(3);
    upstream.answer(() => new Response(lines, { headers: { "content-type": "application/x-jsonl" } }));
    const results = await ask("GET", "/v1/messages/batches/msgbatch_1/results", { headers: anthropic });
    expect(await results.text()).toBe(lines);
  });

  test.each([
    ["GET", "/v1/messages/batches?limit=2&after_id=msgbatch_1"],
    ["POST", "/v1/messages/batches/msgbatch_1/cancel"],
    ["DELETE", "/v1/messages/batches/msgbatch_1"],
    ["GET", "/v1/files"],
    ["GET", "/v1/files/file_1/content"],
  ])("%s %s", async (method, path) => {
    const upstream = gateway.upstreams.anthropic;
    upstream.answer(() => Response.json({ data: [] }));
    expect((await ask(method, path, { headers: anthropic })).status).toBe(200);
    expect(upstream.requests.map((asked) => `${asked.method} ${asked.path}`)).toEqual([`${method} ${path}`]);
  });
});

describe("things that Google keeps", () => {
  test("an upload in parts goes through the gateway, each part to where its beginning said", async () => {
    const upstream = gateway.upstreams.google;
    upstream.answer(() => {
      const address = `${upstream.url}/upload/v1beta/files?upload_id=abc&upload_protocol=resumable`;
      return new Response("", { headers: { "x-goog-upload-url": address, "x-goog-upload-status": "active" } });
    });
    const begun = await ask("POST", "/upload/v1beta/files?key=AIza-client", {
      headers: {
        ...google,
        "content-type": "application/json",
        "x-goog-upload-protocol": "resumable",
        "x-goog-upload-command": "start",
        "x-goog-upload-header-content-length": "5",
        "x-goog-upload-header-content-type": "text/plain",
      },
      body: JSON.stringify({ file: { displayName: "hello" } }),
    });
    const address = begun.headers.get("x-goog-upload-url");
    expect(address).toBe(`${gateway.url}/upload/v1beta/files?upload_id=abc&upload_protocol=resumable`);
    expect(upstream.requests[0]).toMatchObject({
      path: "/upload/v1beta/files",
      headers: { "x-goog-upload-command": "start", "x-goog-upload-header-content-length": "5" },
    });
    upstream.answer(() => Response.json({ file: { name: "files/abc", uri: `${upstream.url}/v1beta/files/abc` } }));
    const done = await fetch(address ?? "", {
      method: "POST",
      headers: { ...google, "x-goog-upload-command": "upload, finalize", "x-goog-upload-offset": "0" },
      body: "hello",
    });
    // Models know the file by the vendor's own address.
    expect(await done.json()).toEqual({ file: { name: "files/abc", uri: `${upstream.url}/v1beta/files/abc` } });
    expect(upstream.requests[0]).toMatchObject({
      text: "hello",
      path: "/upload/v1beta/files?upload_id=abc&upload_protocol=resumable",
      headers: { "x-goog-upload-command": "upload, finalize", "x-goog-api-key": expect.stringMatching(/^sk-upstream/) },
    });
  });

  test.each(["/v1beta/files?pageSize=2", "/v1/files/abc", "/v1beta/files/abc:download?alt=media"])(
    "GET %s",
    async (path) => {
      const upstream = gateway.upstreams.google;
      upstream.answer(() => Response.json({ files: [] }));
      expect((await ask("GET", path, { headers: google })).status).toBe(200);
      expect(upstream.requests.map((asked) => asked.path)).toEqual([path]);
    },
  );
});

describe("paths that lead elsewhere", () => {
  test.each([
    ["/v1/files/../chat/completions", 405],
    ["/v1/files/%2e%2e/organization/admin_api_keys", 404],
    ["/v1/files/.%2E/models", 200],
    ["/v1/files/x/../../models", 200],
    ["/v1/batches/..", 404],
    ["/v1/filesystem", 404],
    ["/v1/batchesx/1", 404],
  ])("%s reaches no upstream", async (path, status) => {
    const { openai } = gateway.upstreams;
    openai.answer(() => Response.json({}));
    const head = `GET ${path} HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer mine\r\nConnection: close\r\n\r\n`;
    expect((await rawRequest(gateway.url, head)).status).toBe(status);
    expect(openai.requests).toEqual([]);
  });

  test("nor does a step up that a server has left in the path", () => {
    for (const path of ["/v1/files/../models", "/v1/files/%2E%2e/models", "/v1/batches/.%2e", "/v1/files/./x"]) {
      expect(keptResource(new Headers(), path, new URLSearchParams())).toBeUndefined();
    }
    expect(keptResource(new Headers(), "/v1/files/..x/content", new URLSearchParams())).toMatchObject({ id: "..x" });
  });
});

describe("without a provider of the vendor's", () => {
  test.each([
    ["/v1/files", mine, { error: { type: "invalid_request_error", code: "no_provider" } }],
    ["/v1/batches", mine, { error: { code: "no_provider" } }],
    ["/v1/messages/batches", anthropic, { type: "error", error: { type: "not_found_error" } }],
  ])("%s is a 404 that says so", async (path, headers, expected) => {
    const small = await startFourVendors({ only: ["google"] });
    const response = await fetch(small.url + path, { headers });
    await small.stop();
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject(expected);
  });
});
