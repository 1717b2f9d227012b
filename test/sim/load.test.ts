import { expect, test } from "bun:test";
import { connect, type Socket } from "node:net";
import { startSimulator } from "../../cli/sim/simulator.ts";
import { rawRequest } from "./support/raw-exchange.ts";
import { chatBody } from "./support/requests.ts";

const streams = 2500;

test("2,500 streams at once, each complete", async () => {
  const simulator = await startSimulator();
  // Held back until all are open, so that they really are at once.
  simulator.script({ times: "always", do: { firstEventDelayMs: 2500, text: "word ".repeat(30) } });
  const request = rawRequest("/v1/chat/completions", chatBody({ stream: true }), { connection: "close" });
  const answers = Array.from({ length: streams }, () => exchange(simulator.port, request));
  let most = 0;
  const watch = setInterval(() => {
    most = Math.max(most, simulator.requests.filter((entry) => entry.completedAtMs === undefined).length);
  }, 50);
  const received = await Promise.all(answers);
  clearInterval(watch);
  expect(received.filter((text) => !text.endsWith("data: [DONE]\n\n\r\n0\r\n\r\n")).length).toBe(0);
  expect(most).toBe(streams);
  expect(simulator.requests.filter((entry) => entry.completedAtMs !== undefined).length).toBe(streams);
  await simulator.stop();
}, 60_000);

function exchange(port: number, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = "";
    const socket: Socket = connect({ port, host: "127.0.0.1" }, () => socket.write(request));
    socket.on("data", (bytes: Buffer) => {
      received += bytes.toString("latin1");
    });
    socket.on("end", () => resolve(received));
    socket.on("error", reject);
  });
}
