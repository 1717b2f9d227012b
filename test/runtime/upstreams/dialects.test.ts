import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { dialectOf, isDialectName } from "../../../compiler/dialects.ts";
import type { Served } from "../../../runtime/server/serve.ts";
import { type Captured, type CaptureUpstream, startCaptureUpstream } from "../../support/capture-upstream.ts";
import { serveCompiled } from "../../support/compiled.ts";

let upstream: CaptureUpstream;
beforeAll(() => {
  upstream = startCaptureUpstream();
});
afterAll(() => upstream.stop());

/** One provider, `up`, at the capturing server, below the path that its vendor has. */
function start(type: string, lines = ""): Promise<Served> {
  const own = isDialectName(type) ? dialectOf(type).base_url : undefined;
  const url = upstream.url + (own === undefined ? "" : new URL(own).pathname.replace(/\/$/, ""));
  return serveCompiled({
    files: { "arouter.toml": `[providers.up]\ntype = "${type}"\nbase_url = "${url}"\napi_key = "env.KEY"\n${lines}` },
    env: { KEY: "secret-key", TEAM: "research" },
    upstreams: {},
  });
}

const paths = { openai: "/v1/chat/completions", anthropic: "/v1/messages", "openai-responses": "/v1/responses" };
const answers: Readonly<Record<keyof typeof paths, object>> = {
  openai: {
    id: "c",
    object: "chat.completion",
    choices: [{ index: 0, message: { role: "assistant", content: "hi" } }],
  },
  anthropic: { id: "m", type: "message", role: "assistant", content: [{ type: "text", text: "hi" }], usage: {} },
  "openai-responses": { id: "r", object: "response", status: "completed", output: [] },
};

async function sent(
  served: Served,
  body: object,
  client: keyof typeof paths = "openai",
  speaks = client,
  headers = {},
): Promise<Captured> {
  upstream.answer(() => Response.json(answers[speaks]));
  const response = await fetch(served.url + paths[client], {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  await response.text();
  const [request] = upstream.requests;
  if (request === undefined) throw new Error(`nothing was sent: ${response.status}`);
  return request;
}

const hello = { model: "up/m", messages: [{ role: "user", content: "hi" }] };
const bearer = { authorization: "Bearer secret-key" };
const key = { "x-api-key": "secret-key" };

describe("R249 R256 R385 R386 where a request goes, how it is signed and whom it is for", () => {
  const rows: readonly [string, string, keyof typeof paths, string, Record<string, string>][] = [
    ["R250", "anthropic", "anthropic", "/v1/messages", key],
    ["R251 OpenRouter in Anthropic mode", "openrouter", "anthropic", "/api/v1/messages", bearer],
    ["R253 Z.ai", "zai", "anthropic", "/api/anthropic/v1/messages", key],
    ["R254 DeepSeek", "deepseek", "anthropic", "/anthropic/v1/messages", key],
    ["R257", "openai", "openai", "/v1/chat/completions", bearer],
    [
      "R258 Azure",
      "azure-openai",
      "openai",
      "/openai/deployments/m/chat/completions?api-version=2024-10-21",
      { "api-key": "secret-key" },
    ],
    ["R259", "groq", "openai", "/openai/v1/chat/completions", bearer],
    ["R259 Groq's Responses API", "groq", "openai-responses", "/openai/v1/responses", bearer],
    ["R260 no /v1 in its path", "perplexity", "openai", "/chat/completions", bearer],
    ["R261", "together", "openai", "/v1/chat/completions", bearer],
    ["R262 OpenRouter in OpenAI mode", "openrouter", "openai", "/api/v1/chat/completions", bearer],
    ["DeepSeek's other API", "deepseek", "openai", "/chat/completions", bearer],
    ["R252 Chutes", "chutes", "openai", "/v1/chat/completions", bearer],
  ];
  test.each(rows)("%s: %s, as %s", async (_r, type, client, path, auth) => {
    const served = await start(type);
    const request = await sent(
      served,
      { ...hello, max_tokens: 9, ...(client === "openai-responses" ? { input: "hi" } : {}) },
      client,
    );
    expect(request.path).toBe(path);
    expect(request.headers).toMatchObject(auth);
    const signed = ["authorization", "x-api-key", "api-key", "x-goog-api-key"].filter(
      (name) => name in request.headers,
    );
    expect(signed).toEqual(Object.keys(auth));
    expect(JSON.parse(request.text)).toMatchObject({ model: "m" });
    await served.stop();
  });

  test("R255 R263 R264 R265 an address of one's own; clients of the other API are translated for", async () => {
    const served = await start("openai");
    const request = await sent(served, { ...hello, max_tokens: 9 }, "anthropic", "openai");
    expect([request.path, JSON.parse(request.text)]).toMatchObject(["/v1/chat/completions", { max_tokens: 9 }]);
    await served.stop();
  });

  test("R345 a header of another name, with a template; further headers, some of them secret", async () => {
    const lines =
      'auth_header = "X-Token"\nauth_template = "Key {key}!"\nheaders = { "X-Team" = "env.TEAM", "X-Plain" = "a b" }';
    const served = await start("openai", lines);
    const { headers } = await sent(served, hello);
    expect(headers).toMatchObject({ "x-token": "Key secret-key!", "x-team": "research", "x-plain": "a b" });
    expect(headers).not.toContainKey("authorization");
    await served.stop();
  });

  test("a header that is named like a secret is one, also where it is written out", async () => {
    const served = await start("openai", 'headers = { "X-Api-Token" = "written out" }');
    expect((await sent(served, hello)).headers["x-api-token"]).toBe("written out");
    await served.stop();
  });

  test("a header whose variable is not set stops the start, and says which", async () => {
    const refused = start("openai", 'headers = { "X-Team" = "env.NOBODY" }');
    await expect(refused).rejects.toThrow(
      'Provider "up" needs environment variable NOBODY, which is not set or empty. Set it, or take it out of the provider\'s table.',
    );
  });

  test("E09 of a client's betas the known ones are sent on", async () => {
    const served = await start("anthropic", 'betas = ["context-1m-2025-08-07", "b"]');
    const betas = { "anthropic-beta": "a, context-1m-2025-08-07,c, b" };
    const { headers } = await sent(served, { ...hello, max_tokens: 9 }, "anthropic", "anthropic", betas);
    expect(headers["anthropic-beta"]).toBe("context-1m-2025-08-07,b");
    await served.stop();
  });
});

describe("bodies", () => {
  const cache = { cache_control: { type: "ephemeral" } };
  const marked = {
    model: "up/m",
    max_tokens: 9,
    reasoning_effort: "high",
    cache_control: cache.cache_control,
    system: [{ type: "text", text: "s", ...cache }],
    messages: [
      { role: "user", content: [{ type: "text", text: "hi", ...cache }] },
      { role: "assistant", content: [{ type: "tool_use", id: "t", name: "f", input: { cache_control: "mine" } }] },
      {
        role: "user",
        content: [
          { type: "tool_result", tool_use_id: "t", content: [{ type: "text", text: "r", ...cache }], ...cache },
        ],
      },
    ],
    tools: [{ name: "f", input_schema: { type: "object", properties: { cache_control: {} } }, ...cache }],
  };

  test("R350 R351 R387 cache_control and reasoning_effort stay behind, in every place but the user's own data", async () => {
    const served = await start("anthropic");
    const { text } = await sent(served, marked, "anthropic");
    expect(JSON.parse(text)).toEqual({
      model: "m",
      max_tokens: 9,
      system: [{ type: "text", text: "s" }],
      messages: [
        { role: "user", content: [{ type: "text", text: "hi" }] },
        { role: "assistant", content: [{ type: "tool_use", id: "t", name: "f", input: { cache_control: "mine" } }] },
        {
          role: "user",
          content: [{ type: "tool_result", tool_use_id: "t", content: [{ type: "text", text: "r" }] }],
        },
      ],
      tools: [{ name: "f", input_schema: { type: "object", properties: { cache_control: {} } } }],
    });
    await served.stop();
  });

  test("R387 members to rename, set, default and leave out, in translated requests too", async () => {
    const lines = `rename = { max_tokens = "max_output" }
set = { options = { thinking = false } }
defaults = { temperature = 0.5, top_p = 0.9 }
strip = ["/messages/*/name", "/user"]`;
    const served = await start("openai", lines);
    const body = {
      ...hello,
      max_tokens: 7,
      temperature: 1,
      user: "u",
      messages: [{ role: "user", content: "hi", name: "n" }],
    };
    const expected = {
      model: "m",
      max_output: 7,
      temperature: 1,
      top_p: 0.9,
      options: { thinking: false },
      messages: [{ role: "user", content: "hi" }],
    };
    expect(JSON.parse((await sent(served, body)).text)).toEqual(expected);
    const { user: _, ...translated } = body;
    const request = await sent(served, { ...translated, messages: hello.messages }, "anthropic", "openai");
    expect(JSON.parse(request.text)).toEqual(expected);
    await served.stop();
  });

  const thinking = { type: "thinking", thinking: "hm", signature: "sig" };
  const use = { type: "tool_use", id: "t", name: "f", input: {} };
  const loop = (block: object) => ({
    model: "up/m",
    max_tokens: 9,
    messages: [
      { role: "user", content: "hi" },
      { role: "assistant", content: [block, use] },
      { role: "user", content: [{ type: "tool_result", tool_use_id: "t", content: "r" }] },
    ],
  });

  test.each([
    ["R346 strip removes it", "strip", [use]],
    ["R347 stub leaves an empty block", "stub", [{ type: "thinking", thinking: "", signature: "" }, use]],
    ["R348 preserve keeps it", "preserve", [thinking, use]],
  ])("R388 past thinking: %s", async (_name, treatment, content) => {
    const served = await start("anthropic", `thinking = "${treatment}"`);
    const { text } = await sent(served, loop(thinking), "anthropic");
    expect(JSON.parse(text)).toMatchObject({ messages: [{}, { content }, {}] });
    await served.stop();
  });

  test("R349 a tool loop goes on at an upstream that wants thinking and at one that refuses it", async () => {
    const wants = (text: string) => text.includes('"thinking"');
    for (const [treatment, accepts] of [
      ["stub", wants],
      ["strip", (text: string) => !wants(text)],
    ] as const) {
      const served = await start("anthropic", `thinking = "${treatment}"`);
      upstream.answer(({ text }) =>
        accepts(text) ? Response.json(answers.anthropic) : Response.json({ type: "error" }, { status: 400 }),
      );
      for (const first of [thinking, { type: "text", text: "let me look" }]) {
        const response = await fetch(`${served.url}/v1/messages`, {
          method: "POST",
          body: JSON.stringify(loop(first)),
        });
        expect([treatment, response.status]).toEqual([treatment, 200]);
      }
      await served.stop();
    }
  });

  test("R387 counts and embeddings lose what answers lose, and gain nothing", async () => {
    const lines =
      'strip = ["user", "/metadata", "cache_control"]\nrename = { input_type = "kind" }\nset = { safe = true }\ndefaults = { temperature = 0.5 }\n';
    const [claude, open] = [await start("anthropic", `${lines}thinking = "strip"\n`), await start("openai", lines)];
    upstream.answer(({ path }) =>
      Response.json(
        path.includes("count_tokens")
          ? { input_tokens: 3 }
          : { object: "list", data: [{ object: "embedding", index: 0, embedding: [0.5] }] },
      ),
    );
    const post = (served: Served, path: string, body: object) =>
      fetch(served.url + path, { method: "POST", body: JSON.stringify(body) });
    const marked = { type: "text", text: "hi", cache_control: { type: "ephemeral" } };
    const thought = { role: "assistant", content: [{ type: "thinking", thinking: "t", signature: "s" }, marked] };
    const messages = [{ role: "user", content: [marked] }, thought, { role: "user", content: "on" }];
    const count = { model: "up/m", messages, metadata: { user_id: "u" } };
    expect((await post(claude, "/v1/messages/count_tokens", count)).status).toBe(200);
    expect(JSON.parse(upstream.requests[0]?.text ?? "")).toEqual({
      model: "m",
      messages: [
        { role: "user", content: [{ type: "text", text: "hi" }] },
        { role: "assistant", content: [{ type: "text", text: "hi" }] },
        { role: "user", content: "on" },
      ],
    });
    const embedding = { model: "up/m", input: "a", user: "u", input_type: "query" };
    expect((await post(open, "/v1/embeddings", embedding)).status).toBe(200);
    expect(JSON.parse(upstream.requests[1]?.text ?? "")).toEqual({ model: "m", input: "a", kind: "query" });
    await Promise.all([claude.stop(), open.stop()]);
  });

  test("R348 nothing to change: byte for byte, odd white space and big numbers included", async () => {
    const served = await start("anthropic", 'strip = ["cache_control", "/reasoning_effort", "/messages/*/name"]');
    const text =
      '{ "model":"m" ,"max_tokens":9,\n "messages":[{"role":"user","content":"hi"}],"n":9007199254740993,"x":1e400 }';
    upstream.answer(() => Response.json(answers.anthropic));
    await fetch(`${served.url}/v1/messages`, { method: "POST", body: text });
    expect(upstream.requests[0]?.text).toBe(text);
    await served.stop();
  });
});
