import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { type Simulator, startSimulator } from "../../cli/sim/simulator.ts";
import type { Served } from "../../runtime/server/serve.ts";
import { serveCompiled } from "../support/compiled.ts";

const config = `
[router]
policy_file = "policies.yaml"
[failover]
statuses = []
[providers.openai]
retry.max_attempts = 1
circuit_breaker.enabled = false
[providers.anthropic]
[providers.gemini]
[providers.own]
type = "openai"
base_url = "https://llm.example.com"
keys = [{ key = "env.OWN_KEY", billing = "byok" }]
[[models]]
name = "house"
provider = "openai"
upstream_model = "gpt-4.1"
price = { prompt = "0.000001", completion = "0.000002" }
[[models]]
name = "nameless"
provider = "openai"
upstream_model = "not-in-any-list"
`;
const policies = `rules:
  - name: cheap
    when: { header: { x-tier: cheap } }
    then: { model: openai/gpt-4o-mini }
  - name: heal
    when: { header: { x-tier: heal } }
    then: { model: openai/gpt-4o-mini, fallback_chain: [openai/gpt-4.1], validate: [json_schema] }
  - name: dear
    when: { header: { x-tier: dear } }
    then: { model: anthropic/claude-opus-4-1 }
`;

/** On an idle machine a compile takes half a second. */
const patienceMs = 60_000;

let simulator: Simulator;
let gateway: Served;
beforeAll(async () => {
  simulator = await startSimulator();
  const { openaiUrl, anthropicUrl, geminiUrl } = simulator;
  gateway = await serveCompiled({
    files: { "arouter.toml": config, "policies.yaml": policies },
    env: {
      AROUTER_STORE: ":memory:",
      AROUTER_OPENAI_API_KEY: "sk",
      AROUTER_ANTHROPIC_API_KEY: "sk",
      AROUTER_GEMINI_API_KEY: "sk",
      OWN_KEY: "sk",
    },
    upstreams: { openai: openaiUrl, anthropic: anthropicUrl, gemini: geminiUrl, own: openaiUrl },
  });
}, patienceMs);
afterAll(async () => {
  await gateway.stop();
  await simulator.stop();
});
beforeEach(() => simulator.reset());

const messages = [{ role: "user" as const, content: "Tell me a story." }];
/** 1,000 tokens in, 500 out. */
const usage = { prompt_tokens: 1000, completion_tokens: 500, prompt_tokens_details: { cached_tokens: 0 } };

async function chat(body: object, headers: Record<string, string> = {}): Promise<Response> {
  return await fetch(`${gateway.url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ model: "gpt-4o", messages, ...body }),
  });
}

function told({ headers }: Response) {
  return [headers.get("x-arouter-cost-usd"), headers.get("x-arouter-cost-saved-usd")];
}

type Attempt = Readonly<{ model: string; outcome: string; cost: number | null; tokens_out: number | null }>;
type Trace = Readonly<{
  cost: number | null;
  saved: number | null;
  charged: number | null;
  attempts: readonly Attempt[];
}>;

/** The trace of an answer that is over, once it is there. */
async function traceOf({ headers }: Response): Promise<Trace> {
  const id = headers.get("x-arouter-request-id");
  for (let left = 100; left > 0; left -= 1) {
    const found = await fetch(`${gateway.url}/api/v1/traces/${id}`);
    if (found.ok) return (await found.json()) as Trace;
    await Bun.sleep(20);
  }
  throw new Error(`no trace ${id}`);
}

describe("R45 R186 whole answers tell their cost and what the policy saved", () => {
  test("a request that no rule changes saves nothing", async () => {
    simulator.script({ do: { usage } });
    expect(told(await chat({}))).toEqual(["0.0075", "0"]);
  });

  test("a cheaper model saves the difference in price at the usage of its answer", async () => {
    simulator.script({ do: { usage } });
    expect(told(await chat({}, { "x-tier": "cheap" }))).toEqual(["0.00045", "0.00705"]);
  });

  test("a dearer one saves less than nothing", async () => {
    simulator.script({ do: { usage: { input_tokens: 100, output_tokens: 10 } } });
    // 100 × $15 + 10 × $75, where gpt-4o would have taken 100 × $2.5 + 10 × $10.
    expect(told(await chat({}, { "x-tier": "dear" }))).toEqual(["0.00225", "-0.0019"]);
  });

  test("an answer that failed its validators is paid for as well", async () => {
    simulator.script({ do: { text: "no", usage } }, { do: { text: '{"a":1}', usage } });
    const schema = {
      type: "object",
      properties: { a: { type: "number" } },
      required: ["a"],
      additionalProperties: false,
    };
    const format = { type: "json_schema", json_schema: { name: "a", schema, strict: true } };
    const response = await chat({ response_format: format }, { "x-tier": "heal" });
    // 450 and 6,000 millionths; gpt-4o would have taken 7,500.
    expect(told(response)).toEqual(["0.00645", "0.00105"]);
    expect((await traceOf(response)).attempts.map(({ model, cost }) => [model, cost])).toEqual([
      ["gpt-4o-mini", 0.00045],
      ["gpt-4.1", 0.006],
    ]);
  });

  test("a configured price is the price", async () => {
    simulator.script({ do: { usage } });
    expect(told(await chat({ model: "house" }))).toEqual(["0.000000002", "0"]);
  });

  test("nothing is told where no price is known", async () => {
    simulator.script({ do: { usage } });
    expect(told(await chat({ model: "nameless" }))).toEqual([null, null]);
  });

  test("R123 under a customer's own key the cost is shown, and nothing is charged", async () => {
    simulator.script({ do: { usage } });
    const response = await chat({ model: "own/gpt-4o" });
    expect(told(response)).toEqual(["0.0075", "0"]);
    expect(await traceOf(response)).toMatchObject({ cost: 0.0075, charged: 0 });
  });
});

describe("R43 streams tell it behind their end", () => {
  const anthropicUsage = { input_tokens: 1000, output_tokens: 500 };
  const question = { model: "claude-haiku-4-5", max_tokens: 100, stream: true, messages };
  const contents = { contents: [{ role: "user", parts: [{ text: "Tell me a story." }] }] };

  test.each([
    [
      "Chat",
      "/v1/chat/completions",
      { model: "gpt-4o", stream: true, stream_options: { include_usage: true }, messages },
      usage,
      "0.0075",
    ],
    ["Messages", "/v1/messages", question, anthropicUsage, "0.0035"],
    [
      "Messages from a Chat upstream",
      "/v1/messages",
      { ...question, model: "gpt-4o" },
      { ...usage, prompt_tokens_details: { cached_tokens: 400 } },
      "0.007",
    ],
    [
      "Responses",
      "/v1/responses",
      { model: "gpt-4o", stream: true, input: "Tell me a story." },
      { input_tokens: 1000, output_tokens: 500, input_tokens_details: { cached_tokens: 0 } },
      "0.0075",
    ],
  ])("%s", async (_name, path, body, scripted, cost) => {
    simulator.script({ do: { usage: scripted } });
    const response = await fetch(gateway.url + path, { method: "POST", body: JSON.stringify(body) });
    const text = await response.text();
    expect(text.endsWith(`\n\n: x-arouter-cost-usd: ${cost}\n: x-arouter-cost-saved-usd: 0\n\n`)).toBe(true);
    expect(told(response)).toEqual([null, null]);
  });

  test("but not to clients of the Gemini API", async () => {
    const path = "/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse";
    const response = await fetch(gateway.url + path, { method: "POST", body: JSON.stringify(contents) });
    expect(await response.text()).not.toContain("x-arouter");
    expect((await traceOf(response)).cost).toBeGreaterThan(0);
  });
});

describe("R186 tokens that flowed are never free", () => {
  const story = "Once upon a time there was a gateway that counted every token it saw. ".repeat(5);

  test("a stream that breaks off costs what was seen of it", async () => {
    simulator.script({ do: { text: story, deltaChars: 10, resetAfterBytes: 4000 } });
    const response = await chat({ stream: true });
    await response.text();
    const { cost, attempts } = await traceOf(response);
    expect(attempts[0]?.outcome).toBe("broken");
    expect(attempts[0]?.tokens_out).toBeGreaterThan(10);
    expect(cost).toBeGreaterThan(10 * 10e-6);
  });

  test("so does one whose client leaves", async () => {
    simulator.script({ do: { text: story, deltaChars: 10, eventDelayMs: 20 } });
    const leaves = new AbortController();
    const response = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: "POST",
      body: JSON.stringify({ model: "gpt-4o", messages, stream: true }),
      signal: leaves.signal,
    });
    const reader = response.body?.getReader();
    for (let chunks = 0; chunks < 8; chunks += 1) await reader?.read();
    leaves.abort();
    const { cost, attempts } = await traceOf(response);
    expect(attempts[0]?.outcome).toBe("cancelled");
    expect(cost).toBeGreaterThan(0);
  });

  test("and a whole answer whose upstream tells no usage", async () => {
    simulator.script({ do: { text: "x".repeat(400), usage: null } });
    const [cost] = told(await chat({}));
    expect(Number(cost)).toBeGreaterThanOrEqual(100 * 10e-6);
  });
});

describe("x-arouter-max-cost-usd", () => {
  test.each([
    ["/v1/chat/completions", { model: "gpt-4o", max_tokens: 1000, messages }],
    ["/v1/messages", { model: "gpt-4o", max_tokens: 1000, messages }],
    ["/v1/responses", { model: "gpt-4o", max_output_tokens: 1000, input: "Tell me a story." }],
    [
      "/v1beta/models/gpt-4o:generateContent",
      {
        contents: [{ role: "user", parts: [{ text: "Tell me a story." }] }],
        generationConfig: { maxOutputTokens: 1000 },
      },
    ],
  ])("%s: what could cost more is a 402, and nothing is sent", async (path, body) => {
    const send = (limit: string) =>
      fetch(gateway.url + path, {
        method: "POST",
        headers: { "x-arouter-max-cost-usd": limit },
        body: JSON.stringify(body),
      });
    const refused = await send("0.009");
    expect(refused.status).toBe(402);
    expect(await refused.text()).toContain("x-arouter-max-cost-usd: At openai/gpt-4o the request may cost up to $0.01");
    expect(simulator.requests.filter(({ method }) => method === "POST")).toEqual([]);
    expect((await send("0.011")).status).toBe(200);
  });

  test("an answer that must be healed is not, where there is no money left for it", async () => {
    simulator.script({ do: { text: "no", usage } });
    const schema = {
      type: "object",
      properties: { a: { type: "number" } },
      required: ["a"],
      additionalProperties: false,
    };
    const response_format = { type: "json_schema", json_schema: { name: "a", schema, strict: true } };
    const headers = { "x-tier": "heal", "x-arouter-max-cost-usd": "0.005" };
    const response = await chat({ response_format, max_tokens: 600 }, headers);
    expect(response.status).toBe(402);
    expect(told(response)[0]).toBe("0.00045");
    expect(await response.text()).toContain("besides the $0.00045 of earlier attempts");
  });
});
