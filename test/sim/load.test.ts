import { expect, test } from "bun:test";
import { connect, type Socket } from "node:net";
import { startSimulator } from "../../cli/sim/simulator.ts";
import { rawRequest } from "./support/raw-exchange.ts";
import { chatBody } from "./support/requests.ts";

const streams = 2500;

test("2,500 streams at once, each complete", async () => {
  const simulator = await startSimulator();
  // Connected first and held back until all have asked, so that they really are at once.
  const sockets = await Promise.all(Array.from({ length: streams }, () => connected(simulator.port)));
  simulator.script({ times: "always", do: { firstEventDelayMs: 3000, text: "word ".repeat(30) } });
  const request = rawRequest("/v1/chat/completions", chatBody({ stream: true }), { connection: "close" });
  const answers = sockets.map((socket) => exchange(socket, request));
  while (simulator.requests.length < streams) await Bun.sleep(20);
  const open = simulator.requests.filter((entry) => entry.completedAtMs === undefined).length;
  const received = await Promise.all(answers);
  expect(open).toBe(streams);
  expect(received.filter((text) => !text.endsWith("data: [DONE]\n\n\r\n0\r\n\r\n")).length).toBe(0);
  expect(simulator.requests.filter((entry) => entry.completedAtMs !== undefined).length).toBe(streams);
  await simulator.stop();
}, 60_000);

function connected(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1" }, () => resolve(socket));
    socket.on("error", reject);
  });
}

function exchange(socket: Socket, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = "";
    socket.on("data", (bytes: Buffer) => {
      received += bytes.toString("latin1");
    });
    socket.on("end", () => resolve(received));
    socket.on("error", reject);
    socket.write(request);
  });
}
