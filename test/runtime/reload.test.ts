import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "bun:test";
import { type Simulator, startSimulator } from "../../cli/sim/simulator.ts";
import type { Gateway, RequestFacts } from "../../runtime/contract.ts";
import { adminReload } from "../../runtime/operator/admin-reload.ts";
import type { Served } from "../../runtime/server/serve.ts";
import { postText, rawSocket } from "../support/raw-request.ts";
import { type ServedOptions, startServed, testGateway } from "../support/served.ts";

let simulator: Simulator;
let served: Served | undefined;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.stop());
beforeEach(() => simulator.reset());
afterEach(async () => {
  await served?.stop();
  served = undefined;
});

/** A gateway whose every answer carries this name in `x-arouter-rule`. */
function ruled(rule: string, more: Partial<ServedOptions> = {}): Gateway {
  const route = ({ model }: RequestFacts) => ({
    rule,
    routes: [{ model, offers: [{ provider: "openai", model }] }] as const,
    validate: [],
  });
  return testGateway({ upstreamUrl: simulator.openaiUrl, route, ...more });
}

async function start(rule: string, more: Partial<ServedOptions> = {}): Promise<Served> {
  served = await startServed({ upstreamUrl: simulator.openaiUrl, route: ruled(rule).route, ...more });
  return served;
}

const question = { model: "gpt-4o", messages: [{ role: "user", content: "hello" }] };

async function ask({ url }: Served): Promise<string> {
  const response = await fetch(`${url}/v1/chat/completions`, { method: "POST", body: JSON.stringify(question) });
  await response.text();
  return `${response.status} ${response.headers.get("x-arouter-rule")}`;
}

async function healthz({ url }: Served): Promise<Record<string, unknown>> {
  return (await (await fetch(`${url}/healthz`)).json()) as Record<string, unknown>;
}

const keyless = (gateway: Gateway): Gateway => {
  const { openai, ...providers } = gateway.catalog.providers;
  const secret = [{ from: "env", name: "NOT_SET" }] as const;
  const without = { ...providers, openai: { ...(openai ?? never()), keys: [{ id: "default", secret }] } };
  return { ...gateway, catalog: { ...gateway.catalog, providers: without } };
};
function never(): never {
  throw new Error("the test gateway has no provider openai");
}

test("R319 a stream in flight finishes on the old configuration while the next request is served by the new one", async () => {
  simulator.script({ do: { text: "one two three four", deltaChars: 4, eventDelayMs: 60 } });
  const gateway = await start("old");
  const { socket, received } = rawSocket(gateway.url, postText("/v1/chat/completions", { ...question, stream: true }));
  while (!received().includes("data:")) await Bun.sleep(5);
  expect(await gateway.reload(ruled("new"))).toEqual({ kind: "applied", generation: 2 });
  expect(await ask(gateway)).toBe("200 new");
  expect(received()).not.toContain("[DONE]");
  while (!received().includes("[DONE]")) await Bun.sleep(5);
  expect(received()).toContain("x-arouter-rule: old");
  socket.destroy();
});

test("R319 50 reloads under load: no failed request, and each is served by one configuration", async () => {
  const gateway = await start("rule-0");
  const answers: string[] = [];
  let going = true;
  const clients = Array.from({ length: 20 }, async () => {
    while (going) answers.push(await ask(gateway));
  });
  for (let number = 1; number <= 50; number++) {
    expect(await gateway.reload(ruled(`rule-${number}`))).toEqual({ kind: "applied", generation: number + 1 });
    await Bun.sleep(5);
  }
  going = false;
  await Promise.all(clients);
  expect(answers.filter((answer) => !/^200 rule-\d+$/.test(answer))).toEqual([]);
  expect(new Set(answers).size).toBeGreaterThan(25);
  expect(await ask(gateway)).toBe("200 rule-50");
});

test("F156 a refused configuration keeps the old one, and GET /healthz says why until the next one is applied", async () => {
  const gateway = await start("old");
  expect(await healthz(gateway)).toMatchObject({ generation: 1 });
  const refused = await gateway.reload(keyless(ruled("new")));
  const why = expect.stringContaining('Provider "openai" has no API key: environment variable NOT_SET is not set');
  expect(refused).toEqual({ kind: "refused", generation: 1, problems: [why] });
  expect(await ask(gateway)).toBe("200 old");
  expect(await healthz(gateway)).toMatchObject({ generation: 1, last_reload_error: why });
  await gateway.reload(ruled("new"));
  expect(await healthz(gateway)).toMatchObject({ generation: 2 });
  expect(await healthz(gateway)).not.toHaveProperty("last_reload_error");
});

test("F157 reloads come into force in the order they were asked for, and none once the gateway stops", async () => {
  const gateway = await start("rule-0");
  const results = await Promise.all([1, 2, 3, 4].map((number) => gateway.reload(ruled(`rule-${number}`))));
  expect(results.map((result) => result.generation)).toEqual([2, 3, 4, 5]);
  expect(await ask(gateway)).toBe("200 rule-4");
  const stopped = gateway.stop();
  expect(await gateway.reload(ruled("late"))).toEqual({
    kind: "refused",
    generation: 5,
    problems: ["The gateway is shutting down."],
  });
  await stopped;
});

test("F157 who asks for a reload while one waits shares it", async () => {
  let reads = 0;
  const gateway = await start("old", {
    serve: {
      onReload: async (swap) => {
        reads += 1;
        await Bun.sleep(30);
        return swap.reload(ruled(`read-${reads}`));
      },
    },
  });
  const first = gateway.requestReload();
  await Bun.sleep(5);
  const others = Array.from({ length: 20 }, gateway.requestReload);
  expect((await first).generation).toBe(2);
  expect(new Set((await Promise.all(others)).map(({ generation }) => generation))).toEqual(new Set([3]));
  expect(await ask(gateway)).toBe("200 read-2");
});

test("keys written in the configuration file are read again", async () => {
  let text = 'key = "sk-first"';
  const provider = { keys: [{ id: "default", secret: [{ from: "config", path: ["key"] } as const] }] };
  const gateway = await start("old", { provider, serve: { readConfigFile: async () => text } });
  await ask(gateway);
  text = 'key = "sk-second"';
  await gateway.reload(ruled("new", { provider }));
  await ask(gateway);
  const sent = simulator.requests
    .filter(({ method }) => method === "POST")
    .map(({ headers }) => headers["authorization"]);
  expect(sent).toEqual(["Bearer sk-first", "Bearer sk-second"]);
});

test("a new address takes effect after a restart, and the log says so", async () => {
  const lines: string[] = [];
  const gateway = await start("old", { lines, catalog: { listen: ["127.0.0.1:0"] } });
  const next = ruled("new", { catalog: { listen: ["127.0.0.1:1025", "127.0.0.1:1026"] } });
  expect((await gateway.reload(next)).kind).toBe("applied");
  expect(await ask(gateway)).toBe("200 new");
  expect(lines).toContain(
    "warning: listen_addr is now 127.0.0.1:1025, 127.0.0.1:1026; that takes effect after a restart. Everything else is in force.",
  );
});

test("the old configuration's health probes stop, and what they learnt stays until the new ones report", async () => {
  const health = { probeIntervalMs: 30, failOn: "all" } as const;
  const gateway = await start("old", { catalog: { health } });
  while ((await healthz(gateway))["status"] !== "ok") await Bun.sleep(5);
  await Bun.sleep(60);
  const elsewhere = await startSimulator();
  await gateway.reload(ruled("new", { upstreamUrl: elsewhere.openaiUrl, catalog: { health } }));
  await Bun.sleep(40);
  simulator.reset();
  await Bun.sleep(120);
  expect(simulator.requests).toEqual([]);
  expect(elsewhere.requests.length).toBeGreaterThan(1);
  await gateway.reload(ruled("same", { upstreamUrl: elsewhere.openaiUrl, catalog: { health } }));
  const { providers } = await healthz(gateway);
  expect(providers).toMatchObject({ openai: { state: "ok" }, anthropic: { state: "ok" } });
  await elsewhere.stop();
});

test("POST /admin/reload tells what came of it", async () => {
  const applied = await adminReload(async () => ({ kind: "applied", generation: 3 }));
  expect([applied.status, await applied.json()]).toEqual([200, { applied: true, generation: 3, problems: [] }]);
  const refused = await adminReload(async () => ({ kind: "refused", generation: 3, problems: ["no key"] }));
  expect([refused.status, await refused.json()]).toEqual([
    422,
    { applied: false, generation: 3, problems: ["no key"] },
  ]);
});
