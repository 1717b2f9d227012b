import { describe, expect, test } from "bun:test";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { startSimulator } from "../../cli/sim/simulator.ts";
import type { LogSettings, Provider } from "../../runtime/contract.ts";
import { clientKeyId } from "../../runtime/request/auth.ts";
import { startServed } from "../support/served.ts";
import { withFolder } from "../support/temporary-folder.ts";
import { catalogTerms } from "../support/terms.ts";

type Line = Readonly<Record<string, unknown>>;

/** What the log file has of the attempts at these requests. */
async function recorded(...asked: Parameters<typeof wholeFile>): Promise<readonly Line[]> {
  return (await wholeFile(...asked)).filter((line) => line["direction"] !== "finished");
}

function wholeFile(
  requests: readonly Readonly<{ path: string; body: object; key?: string }>[],
  provider: Partial<Provider> = {},
  log: Partial<LogSettings> = {},
): Promise<readonly Line[]> {
  return withFolder({}, async (folder) => {
    const logFile = join(folder, "requests.jsonl");
    const simulator = await startSimulator();
    const gateway = await startServed({
      upstreamUrl: simulator.openaiUrl,
      provider,
      catalog: { log: { ...catalogTerms.log, ...log } },
      serve: { logFile },
    });
    for (const { path, body, key = "sk-client" } of requests) {
      const headers = { authorization: `Bearer ${key}` };
      const response = await fetch(gateway.url + path, { method: "POST", headers, body: JSON.stringify(body) });
      await response.text();
    }
    await gateway.stop();
    await simulator.stop();
    expect((await stat(logFile)).mode & 0o777).toBe(0o600);
    const lines = (await readFile(logFile, "utf8")).trimEnd().split("\n");
    return lines.map((line) => JSON.parse(line));
  });
}

const chat = "/v1/chat/completions";
const hello = { model: "gpt-4o", messages: [{ role: "user", content: "hello" }] };

test("R307 R323 R324 R325 R326 R327 a request and its answer are a line each, bodies included, keys cut short", async () => {
  const [request, response, ...rest] = await recorded([{ path: chat, body: hello }]);
  expect(rest).toEqual([]);
  expect(request).toEqual({
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    direction: "request",
    request_id: expect.stringMatching(/^\w+$/),
    wire_format: "openai",
    provider: "openai",
    model: "gpt-4o",
    attempt_number: 1,
    method: "POST",
    path: chat,
    is_streaming: false,
    headers: expect.objectContaining({ authorization: "Bearer sk-…[redacted]" }),
    body: JSON.stringify(hello),
  });
  expect(response).toMatchObject({
    direction: "response",
    status_code: 200,
    success: true,
    error: null,
    is_streaming: false,
    token_count: expect.any(Number),
    duration_seconds: expect.any(Number),
    body: expect.stringContaining("You said: hello"),
  });
});

test("R47 a request that is over is a line with what rules could ask about it, and no text of it", async () => {
  const asked = {
    ...hello,
    max_tokens: 9,
    tools: [{ type: "function", function: { name: "now", parameters: {} } }],
    response_format: { type: "text" },
    models: ["gpt-4.1"],
  };
  const [, , finished] = await wholeFile([{ path: chat, body: asked }]);
  expect(finished).toMatchObject({
    direction: "finished",
    request_id: expect.stringMatching(/^\w+$/),
    trace: {
      id: finished?.["request_id"],
      endpoint: "chat_completions",
      model_requested: "gpt-4o",
      model_served: "gpt-4o",
      rule: "none",
      status: 200,
      tokens: { input: expect.any(Number), output: expect.any(Number) },
      facts: {
        tools: true,
        image: false,
        response_format: "text",
        max_tokens: 9,
        input_tokens: { least: 0, most: null },
        overrides: ["models"],
      },
      attempts: [{ provider: "openai", model: "gpt-4o", outcome: "ok" }],
    },
  });
  expect(JSON.stringify(finished)).not.toContain("hello");
  const [refused] = await wholeFile([{ path: chat, body: { messages: [] } }]);
  expect(refused).toMatchObject({
    direction: "finished",
    trace: { status: 400, model_requested: "none", facts: null },
  });
});

test("a stream is one line when it is over, a failed attempt says why", async () => {
  const lines = await recorded([
    { path: chat, body: { ...hello, stream: true, stream_options: { include_usage: true } } },
    { path: "/v1/messages", body: { ...hello, model: "claude-sonnet-4-5@sim:status=529", max_tokens: 9 } },
    { path: "/v1/messages", body: { ...hello, model: "claude-sonnet-4-5@sim:resetBeforeHeaders", max_tokens: 9 } },
  ]);
  expect(lines.map(({ direction, status_code }) => [direction, status_code])).toEqual([
    ["request", undefined],
    ["response", 200],
    ["request", undefined],
    ["response", 529],
    ["request", undefined],
    ["response", null],
  ]);
  expect(lines[1]).toMatchObject({ is_streaming: true, success: true, token_count: expect.any(Number) });
  expect(lines[1]?.["body"]).toEndWith("data: [DONE]\n\n");
  expect(lines[3]).toMatchObject({ success: false, body: expect.stringContaining("simulated status 529") });
  expect(lines[5]).toMatchObject({ success: false, error: expect.stringContaining("No answer") });
});

test("what a request keeps private stays out, its line does not", async () => {
  const secret = { ...hello, messages: [{ role: "user", content: "a-private-word" }], provider: { zdr: true } };
  const lines = await recorded([{ path: chat, body: secret }], { zdr: true, collectsData: false });
  expect(lines.map(({ body, status_code }) => [body, status_code])).toEqual([
    [null, undefined],
    [null, 200],
  ]);
  expect(JSON.stringify(lines)).not.toContain("a-private-word");
});

describe("R131 bodies are an account's own choice", () => {
  const idOf = (key: string) =>
    clientKeyId({ headers: new Headers({ authorization: `Bearer ${key}` }), url: "" }, []) ?? "";
  const said = (word: string) => ({ ...hello, messages: [{ role: "user", content: word }] });
  const cases: Readonly<Record<string, readonly [Partial<LogSettings>, readonly string[]]>> = {
    "everybody's, unless the configuration says something else": [{}, ["alpha", "beta", "gamma"]],
    "only those of accounts that are on": [{ bodiesOf: [idOf("sk-a")] }, ["alpha"]],
    "all but those of accounts that are off": [{ noBodiesOf: [idOf("sk-b")] }, ["alpha", "gamma"]],
    "off comes before on": [{ bodiesOf: ["*", idOf("sk-a")], noBodiesOf: [idOf("sk-a")] }, ["beta", "gamma"]],
    nobodys: [{ bodiesOf: [] }, []],
  };
  test.each(Object.entries(cases))("%s", async (_name, [log, expected]) => {
    const lines = await recorded(
      [
        { path: chat, body: said("alpha"), key: "sk-a" },
        { path: chat, body: said("beta"), key: "sk-b" },
        { path: "/v1/messages", body: { ...said("gamma"), model: "claude-sonnet-4-5", max_tokens: 9 }, key: "sk-c" },
      ],
      {},
      log,
    );
    expect(lines).toHaveLength(6);
    const words = (direction: string) =>
      ["alpha", "beta", "gamma"].filter((word) =>
        lines.some((line) => line["direction"] === direction && String(line["body"]).includes(word)),
      );
    expect(words("request")).toEqual([...expected]);
    expect(words("response")).toEqual([...expected]);
  });
});

test("R322 a name in the environment or in the configuration is as good as --log-file, which comes first", async () => {
  await withFolder({}, async (folder) => {
    const simulator = await startSimulator();
    const file = (name: string) => join(folder, name);
    const env = { OPENAI: "sk-openai-test", ANTHROPIC: "sk-ant-test" };
    const log = { ...catalogTerms.log, file: file("config") };
    for (const serve of [
      { env },
      { env: { ...env, AROUTER_LOG_FILE: file("env") } },
      { env: { ...env, AROUTER_LOG_FILE: file("env") }, logFile: file("flag") },
    ]) {
      const gateway = await startServed({ upstreamUrl: simulator.openaiUrl, catalog: { log }, serve });
      await (await fetch(gateway.url + chat, { method: "POST", body: JSON.stringify(hello) })).text();
      await gateway.stop();
    }
    await simulator.stop();
    const lines = async (name: string) => (await readFile(file(name), "utf8")).trimEnd().split("\n").length;
    expect([await lines("config"), await lines("env"), await lines("flag")]).toEqual([3, 3, 3]);
  });
});
