import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { type Simulator, startSimulator } from "../../cli/sim/simulator.ts";
import { startGatewayProcess } from "../support/gateway-process.ts";
import { postText, rawRequest, rawSocket } from "../support/raw-request.ts";
import { startServed } from "../support/served.ts";

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.stop());
beforeEach(() => simulator.reset());

const streaming = postText("/v1/messages", {
  model: "claude-sonnet-4-5",
  stream: true,
  max_tokens: 99,
  messages: [{ role: "user", content: "one two three" }],
});

async function firstBytes(received: () => string): Promise<void> {
  while (!received().includes("data:")) await Bun.sleep(5);
}

test("SIGTERM lets a running stream finish, takes no new connection, and exits 0", async () => {
  simulator.script({ do: { eventDelayMs: 60 } });
  const gateway = await startGatewayProcess(simulator.openaiUrl);
  const { socket, received } = rawSocket(gateway.url, streaming);
  await firstBytes(received);
  gateway.kill("SIGTERM");
  await Bun.sleep(50);
  const refused = await rawRequest(gateway.url, "GET /livez HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
  expect(refused.status).toBe(0);
  expect(await gateway.exited).toBe(0);
  expect(received()).toContain("event: message_stop");
  socket.destroy();
});

test("a stream that outlives the drain ends in the client's error frame", async () => {
  simulator.script({ do: { stallAfterEvents: 4 } });
  const gateway = await startServed({ upstreamUrl: simulator.openaiUrl, catalog: { shutdown: { drainMs: 100 } } });
  const { received } = rawSocket(gateway.url, streaming);
  await firstBytes(received);
  await gateway.stop();
  await Bun.sleep(20);
  expect(received()).toContain("event: error\ndata: ");
  expect(received()).not.toContain("message_stop");
});

test("a second signal ends the process at once", async () => {
  simulator.script({ do: { stallAfterEvents: 4 } });
  const gateway = await startGatewayProcess(simulator.openaiUrl);
  const { received } = rawSocket(gateway.url, streaming);
  await firstBytes(received);
  gateway.kill("SIGINT");
  while (!gateway.output().includes("again to stop at once")) await Bun.sleep(5);
  // At once it would be the same key press, come by another way.
  await Bun.sleep(400);
  gateway.kill("SIGINT");
  expect(await gateway.exited).toBe(1);
});
