import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { type Simulator, startSimulator } from "../../cli/sim/simulator.ts";
import type { Gateway } from "../../runtime/contract.ts";
import type { Served } from "../../runtime/server/serve.ts";
import { serveCompiled } from "../support/compiled.ts";
import { anthropicSdk } from "./anthropic-sdk.ts";

/** The example configuration of the proxy that this profile reproduces, keys in camelCase as it has them. */
const config = `
providers:
  # Anthropic provider
  anthropic:
    type: anthropic  # Optional: defaults to "anthropic"
    endpoint: https://api.anthropic.com
    apiKey: env.ANTHROPIC_API_KEY

  # OpenAI provider
  openai:
    type: openai
    endpoint: https://api.openai.com
    apiKey: env.OPENAI_API_KEY

models:
  # Claude model via Anthropic
  - name: "claude-sonnet-4-5-20250929"
    context: 200000
    alias: "claude-sonnet*"
    provider: anthropic
    weight: 5

  # GPT-4 model via OpenAI (format converted automatically)
  - name: "gpt-4o"
    context: 128000
    alias: "gpt-4o*"
    provider: openai
    weight: 5
`;
const clientKey = "sk-proxy-custom-key-123";
const apiKeys = `
apiKeys:
  - ${clientKey}
`;
const env = { ANTHROPIC_API_KEY: "sk-ant-upstream", OPENAI_API_KEY: "sk-openai-upstream" };

let anthropic: Simulator;
let openai: Simulator;
beforeAll(async () => {
  anthropic = await startSimulator({ anthropicKey: env.ANTHROPIC_API_KEY });
  openai = await startSimulator({ openaiKey: env.OPENAI_API_KEY });
});
afterAll(async () => {
  await anthropic.stop();
  await openai.stop();
});
beforeEach(() => {
  anthropic.reset();
  openai.reset();
});

function start(
  text: string,
  more: { file?: string; change?: (catalog: Gateway["catalog"]) => Partial<Gateway["catalog"]> } = {},
): Promise<Served> {
  return serveCompiled({
    files: { [more.file ?? "config.yaml"]: text },
    profile: "anthropic-proxy",
    env,
    upstreams: { anthropic: anthropic.anthropicUrl, openai: openai.openaiUrl },
    ...(more.change === undefined ? {} : { change: more.change }),
  });
}

function ask(served: Served, model: string, key: string | undefined = clientKey): Promise<Response> {
  return fetch(`${served.url}/v1/messages`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) },
    body: JSON.stringify({ model, max_tokens: 50, messages: [{ role: "user", content: "hi" }] }),
  });
}

const asked = (simulator: Simulator) =>
  simulator.requests
    .filter(({ method }) => method === "POST")
    .map(({ path, json }) => [path, (json as { model: string }).model]);

describe("R229 R231 R232 R239 R271 R272 R273 R275 R276 R278 R279 R280 R284 the example configuration as it is", () => {
  let served: Served;
  beforeAll(async () => {
    served = await start(config + apiKeys);
  });
  afterAll(() => served.stop());

  test.each([
    ["claude-sonnet-4-5-20250929", "anthropic", "claude-sonnet-4-5-20250929"],
    ["claude-sonnet-4-6", "anthropic", "claude-sonnet-4-5-20250929"],
    ["gpt-4o", "openai", "gpt-4o"],
    ["gpt-4o-2024-11-20", "openai", "gpt-4o"],
  ])(
    "%s is served by %s as %s, in Anthropic's format and under the name asked for",
    async (model, provider, upstream) => {
      const response = await ask(served, model);
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({ type: "message", model, content: [{ text: "You said: hi" }] });
      expect(response.headers.get("x-arouter-provider")).toBe(provider);
      const path = provider === "openai" ? "/v1/chat/completions" : "/v1/messages";
      expect(asked(provider === "openai" ? openai : anthropic)).toEqual([[path, upstream]]);
    },
  );

  test("R274 the context of a model is listed", async () => {
    const headers = { authorization: `Bearer ${clientKey}`, "anthropic-version": "2023-06-01" };
    const list = (await (await fetch(`${served.url}/v1/models?limit=1000`, { headers })).json()) as {
      data: readonly { id: string; max_input_tokens: number | null }[];
    };
    const contexts = new Map(list.data.map((model) => [model.id, model.max_input_tokens]));
    expect([contexts.get("claude-sonnet-4-5-20250929"), contexts.get("gpt-4o")]).toEqual([200_000, 128_000]);
  });

  test("R232 streams are converted, and name the model asked for", async () => {
    const answer = await anthropicSdk(served.url, clientKey).helper({
      model: "gpt-4o-mini",
      turns: [{ role: "user", text: "hello" }],
    });
    expect(answer.text).toBe("You said: hello");
  });

  test("R244 a key of the list is let in, another or none is not", async () => {
    expect((await ask(served, "gpt-4o")).status).toBe(200);
    const refused = await ask(served, "gpt-4o", "sk-other");
    expect(refused.status).toBe(401);
    expect(await refused.json()).toMatchObject({ error: { type: "authentication_error" } });
    expect((await fetch(`${served.url}/v1/messages`, { method: "POST", body: "{}" })).status).toBe(401);
  });

  test("a model that nothing serves is a 502, as it was there", async () => {
    const response = await ask(served, "mistral-large");
    expect(response.status).toBe(502);
    expect([...asked(openai), ...asked(anthropic)]).toEqual([]);
  });
});

test.each([
  ["spec: around it", "config.yaml", `spec:\n${`${config}${apiKeys}`.replaceAll(/^(?=.)/gm, "  ")}`],
  ["JSON", "config.json", JSON.stringify({ spec: { ...yaml(config + apiKeys) } })],
])("R231 the same configuration with %s", async (_name, file, text) => {
  const served = await start(text, { file });
  expect((await ask(served, "claude-sonnet-4-6")).status).toBe(200);
  await served.stop();
});

function yaml(text: string): object {
  return Bun.YAML.parse(text) as object;
}

/** Both providers serve the name; the first is preferred by weight. */
const shared = (weights: readonly [number, number], more = "") => `
providers:
  anthropic: { endpoint: https://api.anthropic.com, apiKey: env.ANTHROPIC_API_KEY }
  openai: { type: openai, endpoint: https://api.openai.com, apiKey: env.OPENAI_API_KEY }
models:
  - { name: claude-sonnet-4-5, alias: "shared*", provider: anthropic, context: 200000, weight: ${weights[0]} }
  - { name: gpt-4o, alias: "shared*", provider: openai, context: 128000, weight: ${weights[1]} }
${apiKeys}${more}`;

describe("R228 R230 R234 failover first", () => {
  test.each([
    ["R277 R281 R286 the heavier one is asked first", [5, 1], "anthropic"],
    ["R281 R286 and the other way round", [1, 5], "openai"],
  ] as const)("%s", async (_name, weights, provider) => {
    const served = await start(shared(weights));
    expect((await ask(served, "shared-model")).headers.get("x-arouter-provider")).toBe(provider);
    await served.stop();
  });

  test.each([400, 401, 404, 429, 500, 503])(
    "R228 R230 R234 a %d moves on at once, and the failing provider is asked once",
    async (status) => {
      const served = await start(shared([5, 1]));
      anthropic.script({ do: { status }, times: "always" });
      const response = await ask(served, "shared-model");
      expect(response.status).toBe(200);
      expect(response.headers.get("x-arouter-provider")).toBe("openai");
      expect([asked(anthropic).length, asked(openai).length]).toEqual([1, 1]);
      await served.stop();
    },
  );

  test("all of them fail: 502 that says so", async () => {
    const served = await start(shared([5, 1]));
    anthropic.script({ do: { status: 500 }, times: "always" });
    openai.script({ do: { status: 500 }, times: "always" });
    const response = await ask(served, "shared-model");
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ error: { details: { error_code: "all_providers_failed" } } });
    expect([asked(anthropic).length, asked(openai).length]).toEqual([1, 1]);
    await served.stop();
  });

  test("R235 R282 retrySameProvider asks the same one again, with its backoff", async () => {
    const retry =
      "retry: { retrySameProvider: true, maxRetries: 2, initialDelay: 5ms, maxDelay: 20ms, backoffMultiplier: 2.0 }\n";
    const served = await start(shared([5, 1], retry));
    anthropic.script({ do: { status: 500 }, times: "always" });
    const response = await ask(served, "shared-model");
    expect(response.headers.get("x-arouter-provider")).toBe("openai");
    expect([asked(anthropic).length, asked(openai).length]).toEqual([3, 1]);
    await served.stop();
  });
});

test("R228 R230 R233 R283 R285 R308 a provider that has become slow is left for the other one", async () => {
  const served = await start(shared([5, 1]), {
    change: (catalog) => ({ routing: { ...catalog.routing, minTps: 50 } }),
  });
  // Some forty tokens in two seconds.
  const text = "word ".repeat(40);
  anthropic.script({ do: { text, deltaChars: 40, eventDelayMs: 400 }, times: "always" });
  const sdk = anthropicSdk(served.url, clientKey);
  const turn = { model: "shared-model", turns: [{ role: "user" as const, text: "hello" }] };
  expect((await sdk.iterate(turn)).text.trim()).toBe(text.trim());
  expect(asked(anthropic)).toHaveLength(1);
  await sdk.iterate(turn);
  expect([asked(anthropic).length, asked(openai).length]).toEqual([1, 1]);
  await served.stop();
});

test("R287 an upstream that fails most of the time is skipped", async () => {
  const served = await start(shared([5, 1]));
  anthropic.script({ do: { status: 500 }, times: "always" });
  for (let n = 0; n < 8; n++) expect((await ask(served, "shared-model")).status).toBe(200);
  expect(asked(anthropic).length).toBe(5);
  expect(asked(openai).length).toBe(8);
  await served.stop();
});
