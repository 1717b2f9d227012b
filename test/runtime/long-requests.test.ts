import { expect, test } from "bun:test";
import { startSimulator } from "../../cli/sim/simulator.ts";
import { defaults } from "../../schemas/defaults.ts";
import { startServed } from "../support/served.ts";

test("R245 a stream that flows outlives every timeout but the total, and that is half an hour", async () => {
  expect<number>(defaults.timeouts.totalMs).toBe(30 * 60_000);
  const simulator = await startSimulator();
  const timeouts = { connectMs: 200, firstByteMs: 200, idleMs: 200, totalMs: 0 };
  const gateway = await startServed({ upstreamUrl: simulator.openaiUrl, provider: { timeouts } });
  const text = "word ".repeat(40).trim();
  simulator.script({ do: { text, deltaChars: 10, eventDelayMs: 100 } });
  const response = await fetch(`${gateway.url}/v1/messages`, {
    method: "POST",
    body: JSON.stringify({
      model: "claude-sonnet-4-5",
      max_tokens: 100,
      stream: true,
      messages: [{ role: "user", content: "hi" }],
    }),
  });
  const started = performance.now();
  const stream = await response.text();
  expect(performance.now() - started).toBeGreaterThan(1500);
  expect(stream).toEndWith('event: message_stop\ndata: {"type":"message_stop"}\n\n');
  await gateway.stop();
  await simulator.stop();
});
