import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { createServer } from "node:net";
import { type Simulator, startSimulator } from "../../cli/sim/simulator.ts";
import type { Served } from "../../runtime/server/serve.ts";
import { startGatewayProcess } from "../support/gateway-process.ts";
import { postText, rawRequest, rawSocket } from "../support/raw-request.ts";
import { startServed } from "../support/served.ts";

/**
 * What Bun does that would hurt a gateway, one test each; every one of them fails when its cure is taken out.
 * The hostile working directory is tested with the command and the executable, a regex that never ends with the
 * validation, timers beyond 2^31 ms with the clock, redirects and stale connections with the upstream calls.
 */

let simulator: Simulator;
let gateway: Served;
beforeAll(async () => {
  simulator = await startSimulator();
  gateway = await startServed({
    upstreamUrl: simulator.openaiUrl,
    provider: { timeouts: { connectMs: 2000, firstByteMs: 30_000, idleMs: 30_000, totalMs: 60_000 } },
  });
});
afterAll(async () => {
  await gateway.stop();
  await simulator.stop();
});
beforeEach(() => simulator.reset());

const hello = { model: "gpt-4o", messages: [{ role: "user", content: "hello" }] };

function ask(body: object, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${gateway.url}/v1/chat/completions`, { method: "POST", headers, body: JSON.stringify(body) });
}

describe("fact 1: Bun runs 256 fetches at once and lets the next one hang", () => {
  /** 300 streams that stay open, then one more request: does it get through? */
  async function oneBeyond300(env: Record<string, string>): Promise<number> {
    const child = await startGatewayProcess(simulator.openaiUrl, env);
    simulator.script({ when: { model: "gpt-4.1" }, times: "always", do: { stallAfterEvents: 3 } });
    const stalled = postText("/v1/chat/completions", { ...hello, model: "gpt-4.1", stream: true });
    const open = Array.from({ length: 300 }, () => rawSocket(child.url, stalled));
    try {
      const deadline = Date.now() + 10_000;
      const streaming = () => open.filter((each) => each.received().includes("data:")).length;
      while (streaming() < 256 && Date.now() < deadline) await Bun.sleep(20);
      const answer = await rawRequest(child.url, postText("/v1/chat/completions", hello), 3000).catch(() => undefined);
      return answer?.status ?? 0;
    } finally {
      for (const { socket } of open) socket.destroy();
      await child.stop();
    }
  }

  test("R40 a gateway started without the variable gives itself the slots", async () => {
    expect(await oneBeyond300({})).toBe(200);
  }, 30_000);

  test("control: with Bun's own limit the same request hangs", async () => {
    expect(await oneBeyond300({ BUN_CONFIG_MAX_HTTP_REQUESTS: "256" })).toBe(0);
  }, 30_000);
});

describe("fact 3: a malformed Host makes request.url relative and moves the path", () => {
  test.each([["user@a"], ["a?x"], ["a#x"], ['a"b'], ["a/b"], ["a b"], ["a\\b"]])("Host %s is refused", async (host) => {
    const answer = await rawRequest(gateway.url, `GET /x/livez HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    expect(answer.status).toBe(400);
  });

  test("two Host headers are refused", async () => {
    const answer = await rawRequest(
      gateway.url,
      "GET /livez HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n",
    );
    expect(answer.status).toBe(400);
  });

  test.each([["localhost:8080"], ["[::1]:8080"], ["gateway.example.com"]])("Host %s is served", async (host) => {
    const answer = await rawRequest(gateway.url, `GET /livez HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    expect(answer.status).toBe(200);
  });
});

describe("fact 4: a redirect would carry x-api-key to another origin", () => {
  test.each([
    ["openai", "/v1/chat/completions", "gpt-4o"],
    ["anthropic", "/v1/messages", "claude-sonnet-4-5"],
  ])("a provider's redirect is a 502: %s", async (_name, path, model) => {
    let visits = 0;
    const thief = createServer(() => visits++).listen(0, "127.0.0.1");
    const address = thief.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    simulator.script({ do: { redirect: `http://127.0.0.1:${port}/v1/messages` } });
    const response = await fetch(gateway.url + path, {
      method: "POST",
      body: JSON.stringify({ ...hello, model, max_tokens: 10 }),
    });
    expect(response.status).toBe(502);
    expect(await response.text()).toContain("base_url");
    expect(visits).toBe(0);
    thief.close();
  });
});

describe("fact 5: Bun closes a stream that is quiet for ten seconds, or for as long as the server's idle time is", () => {
  test("a model may pause for 37 s in the middle of a stream, with no keep-alive to help it", async () => {
    const quiet = await startServed({
      upstreamUrl: simulator.openaiUrl,
      provider: { timeouts: { connectMs: 2000, firstByteMs: 60_000, idleMs: 60_000, totalMs: 120_000 } },
      serve: { keepAliveMs: 100_000 },
    });
    const chunk = (delta: object, finish: string | null) =>
      `data: ${JSON.stringify({ id: "c", choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
    const sse = chunk({ role: "assistant", content: "thinking" }, null) + chunk({ content: " done" }, "stop");
    simulator.script({ do: { sse, eventDelayMs: 37_000 } });
    const stream = postText("/v1/chat/completions", { ...hello, stream: true });
    expect((await rawRequest(quiet.url, stream, 55_000)).body).toContain(" done");
    await quiet.stop();
  }, 60_000);
});

describe("fact 6: what nobody catches ends a Bun process", () => {
  test("a stray rejection and a stray throw are logged, and requests go on", async () => {
    const child = await startGatewayProcess(simulator.openaiUrl, { BREAK_AFTER_MS: "50" });
    while (!child.output().includes("nobody's throw")) await Bun.sleep(10);
    expect(child.output()).toContain("unhandledRejection: Error: nobody's rejection");
    expect((await rawRequest(child.url, postText("/v1/chat/completions", hello))).status).toBe(200);
    await child.stop();
  }, 20_000);
});

describe("fact 10: Bun unpacks a body and leaves its Content-Encoding", () => {
  test.each(["gzip", "br", "zstd"] as const)(
    "%s from a provider reaches the client unpacked and unlabelled",
    async (contentEncoding) => {
      simulator.script({ times: "always", do: { contentEncoding } });
      const whole = await ask(hello);
      expect(whole.headers.get("content-encoding")).toBeNull();
      expect(await whole.text()).toContain("You said: hello");
      const stream = await ask({ ...hello, stream: true });
      expect(stream.headers.get("content-encoding")).toBeNull();
      expect(await stream.text()).toEndWith("data: [DONE]\n\n");
    },
  );
});
