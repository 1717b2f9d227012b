import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { monotonicMs } from "../../runtime/clock.ts";
import { ConnectTimeoutError, createConnectProbe } from "../../runtime/upstream/connect-probe.ts";

/** Where a listener is stopped and its queue of unaccepted connections full, Linux drops further handshakes silently. */
let blackHole = "";
let stopped: Bun.Subprocess<"ignore", "pipe", "inherit">;
const fillers: Socket[] = [];

let accepted = 0;
let server: Server;
let open = "";

beforeAll(async () => {
  const listener =
    'require("node:net").createServer().listen(0, "127.0.0.1", function () { console.log(this.address().port) })';
  stopped = Bun.spawn([process.execPath, "-e", listener], { stdin: "ignore", stdout: "pipe", stderr: "inherit" });
  const { value } = await stopped.stdout.getReader().read();
  const port = Number(new TextDecoder().decode(value));
  stopped.kill("SIGSTOP");
  blackHole = `http://127.0.0.1:${port}/v1/messages`;
  for (let full = false; !full && fillers.length < 1000; ) full = !(await fills(port));
  server = createServer((socket) => {
    accepted++;
    socket.on("error", () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/messages`;
}, 30_000);

afterAll(() => {
  for (const socket of fillers) socket.destroy();
  stopped.kill("SIGKILL");
  server.close();
});

function fills(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    fillers.push(socket);
    socket.once("connect", () => resolve(true));
    socket.on("error", () => resolve(false));
    setTimeout(() => resolve(false), 300);
  });
}

async function outcome(probe: Promise<void>): Promise<string> {
  return await probe.then(
    () => "resolved",
    (thrown) => (thrown instanceof ConnectTimeoutError ? thrown.message : String(thrown)),
  );
}

describe("connect probe", () => {
  test("a host that takes no connection is given up in time", async () => {
    const startMs = monotonicMs();
    expect(await outcome(createConnectProbe({ env: {}, now: monotonicMs })(blackHole, 200))).toBe(
      "no connection within 200 ms",
    );
    const tookMs = monotonicMs() - startMs;
    expect(tookMs).toBeGreaterThanOrEqual(199);
    expect(tookMs).toBeLessThan(2000);
  });

  test("fetch alone would still be waiting", async () => {
    const waiting = fetch(blackHole, { signal: AbortSignal.timeout(600) }).then(
      () => "answered",
      (thrown) => thrown.name,
    );
    expect(await waiting).toBe("TimeoutError");
  });

  test("0 ms checks nothing, and neither does a probe behind a proxy", async () => {
    const startMs = monotonicMs();
    expect(await outcome(createConnectProbe({ env: {}, now: monotonicMs })(blackHole, 0))).toBe("resolved");
    const proxied = createConnectProbe({ env: { https_proxy: "http://127.0.0.1:1" }, now: monotonicMs });
    expect(await outcome(proxied(blackHole, 200))).toBe("resolved");
    const unset = createConnectProbe({ env: { HTTPS_PROXY: "" }, now: monotonicMs });
    expect(await outcome(unset(blackHole, 50))).toBe("no connection within 50 ms");
    expect(monotonicMs() - startMs).toBeLessThan(190);
  });

  test("a refused connection and an unknown host are fetch's to report", async () => {
    const probe = createConnectProbe({ env: {}, now: monotonicMs });
    expect(await outcome(probe("http://127.0.0.1:1/", 5000))).toBe("resolved");
    expect(await outcome(probe("http://no-such-host.invalid/", 5000))).toBe("resolved");
  });

  test("one connection for all that ask at once, none while the origin is warm, one again after 30 s", async () => {
    let nowMs = 1000;
    accepted = 0;
    const probe = createConnectProbe({ env: {}, now: () => nowMs });
    await Promise.all(Array.from({ length: 20 }, () => probe(open, 5000)));
    expect(await acceptedWithin()).toBe(1);
    nowMs += 29_999;
    await probe(open.replace("messages", "models"), 5000);
    expect(await acceptedWithin()).toBe(1);
    nowMs += 1;
    await probe(open, 5000);
    expect(await acceptedWithin()).toBe(2);
  });

  test("a failure is not remembered: the next call tries again", async () => {
    const probe = createConnectProbe({ env: {}, now: monotonicMs });
    for (let round = 0; round < 2; round++) {
      expect(await outcome(probe(blackHole, 60))).toBe("no connection within 60 ms");
    }
  });

  test("IPv6 addresses lose their brackets", async () => {
    const six = createServer((socket) => socket.destroy());
    const listening = await new Promise<boolean>((resolve) => {
      six.on("error", () => resolve(false));
      six.listen(0, "::1", () => resolve(true));
    });
    if (!listening) return console.warn("this machine has no IPv6 loopback: not tested");
    let connections = 0;
    six.on("connection", () => connections++);
    await createConnectProbe({ env: {}, now: monotonicMs })(
      `http://[::1]:${(six.address() as AddressInfo).port}/`,
      2000,
    );
    await Bun.sleep(20);
    six.close();
    expect(connections).toBe(1);
  });

  test("Deno keeps the same deadline", async () => {
    const module = new URL("../../runtime/upstream/connect-probe.ts", import.meta.url).href;
    const deno = new URL("../../node_modules/.bin/deno", import.meta.url).pathname;
    const program = `
      const { createConnectProbe } = await import(${JSON.stringify(module)});
      const probe = createConnectProbe({ env: {}, now: () => performance.now() });
      const why = (url) => probe(url, 300).then(() => "resolved", (thrown) => thrown.name);
      console.log(await why(${JSON.stringify(blackHole)}), await why(${JSON.stringify(open)}));
    `;
    const child = Bun.spawn([deno, "eval", program], { stdout: "pipe", stderr: "inherit" });
    expect(await new Response(child.stdout).text()).toBe("ConnectTimeoutError resolved\n");
  }, 30_000);
});

/** The server counts a connection a moment after the client has it. */
async function acceptedWithin(): Promise<number> {
  await Bun.sleep(30);
  return accepted;
}
