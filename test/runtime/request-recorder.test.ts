import { expect, test } from "bun:test";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { startSimulator } from "../../cli/sim/simulator.ts";
import type { Provider } from "../../runtime/contract.ts";
import { startServed } from "../support/served.ts";
import { withFolder } from "../support/temporary-folder.ts";

type Line = Readonly<Record<string, unknown>>;

/** What is in the log file after these requests. */
function recorded(
  requests: readonly Readonly<{ path: string; body: object }>[],
  provider: Partial<Provider> = {},
): Promise<readonly Line[]> {
  return withFolder({}, async (folder) => {
    const logFile = join(folder, "requests.jsonl");
    const simulator = await startSimulator();
    const gateway = await startServed({ upstreamUrl: simulator.openaiUrl, provider, serve: { logFile } });
    for (const { path, body } of requests) {
      const response = await fetch(gateway.url + path, { method: "POST", body: JSON.stringify(body) });
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

test("R307 a request and its answer are a line each, bodies included, keys cut short", async () => {
  const [request, response, ...rest] = await recorded([{ path: chat, body: hello }]);
  expect(rest).toEqual([]);
  expect(request).toEqual({
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    direction: "request",
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
