import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Simulator, startSimulator } from "../../cli/sim/simulator.ts";
import { serveCompiled } from "../support/compiled.ts";

/** Stands wherever a client, a tool or a model may say something. */
const canary = "canary-7c1f3e";
const clientKey = `sk-client-${canary}`;

const config = `
[router]
policy_file = "policies.yaml"
[providers.openai]
base_url = "https://api.openai.com"
api_key = "env.OPENAI_API_KEY"
circuit_breaker.enabled = false
quarantine = false
retry = { initial_backoff_ms = 1, max_backoff_ms = 2 }
[providers.anthropic]
api_key = "env.ANTHROPIC_API_KEY"
circuit_breaker.enabled = false
quarantine = false
retry = { initial_backoff_ms = 1, max_backoff_ms = 2 }
[providers.google]
api_key = "env.GEMINI_API_KEY"
circuit_breaker.enabled = false
quarantine = false
retry = { initial_backoff_ms = 1, max_backoff_ms = 2 }
[failover]
include_4xx = true
`;
const policies = `
rules:
  - name: healed
    when: { response_format_type: json_schema }
    then: { model: gpt-4o-mini, validate: [json_schema], fallback_chain: [gpt-4.1] }
`;

let simulator: Simulator;
let collector: ReturnType<typeof Bun.serve>;
let exported = "";
beforeAll(async () => {
  simulator = await startSimulator();
  collector = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (request) => {
      exported += Buffer.from(await request.arrayBuffer()).toString("latin1");
      return new Response(new Uint8Array(0), { headers: { "content-type": "application/x-protobuf" } });
    },
  });
});
afterAll(async () => {
  await collector.stop(true);
  await simulator.stop();
});

const parameters = { type: "object", properties: { [canary]: { type: "string", description: canary } } };
const schema = { type: "object", properties: { [canary]: { type: "integer" } }, required: [canary] };

/** Requests in all four formats that have the word wherever one may have words; `stream` as they say it. */
function bodies(stream: boolean): readonly (readonly [path: string, body: object])[] {
  const chat = {
    model: "gpt-4o",
    stream,
    user: canary,
    metadata: { [canary]: canary },
    messages: [
      { role: "system", content: canary },
      { role: "user", content: canary, name: "someone" },
      {
        role: "assistant",
        content: canary,
        tool_calls: [{ id: "call_1", type: "function", function: { name: "look", arguments: `{"word":"${canary}"}` } }],
      },
      { role: "tool", tool_call_id: "call_1", content: canary },
      { role: "user", content: canary },
    ],
    tools: [{ type: "function", function: { name: "look", description: canary, parameters } }],
  };
  const messages = {
    model: "claude-sonnet-4-5",
    max_tokens: 100,
    stream,
    system: canary,
    metadata: { user_id: canary },
    stop_sequences: [canary],
    messages: [
      { role: "user", content: [{ type: "text", text: canary }] },
      { role: "assistant", content: [{ type: "tool_use", id: "toolu_1", name: "look", input: { word: canary } }] },
      { role: "user", content: [{ type: "tool_result", tool_use_id: "toolu_1", content: canary }] },
    ],
    tools: [{ name: "look", description: canary, input_schema: parameters }],
  };
  const responses = {
    model: "gpt-4o",
    stream,
    instructions: canary,
    input: [{ role: "user", content: [{ type: "input_text", text: canary }] }],
  };
  const gemini = {
    systemInstruction: { parts: [{ text: canary }] },
    contents: [{ role: "user", parts: [{ text: canary }] }],
    generationConfig: { stopSequences: [canary], topK: 3 },
  };
  const operation = stream ? "streamGenerateContent?alt=sse" : "generateContent";
  const format = { type: "json_schema", json_schema: { name: "answer", schema } };
  return [
    ["/v1/chat/completions", chat],
    ["/v1/chat/completions", { ...chat, model: "claude-sonnet-4-5", logit_bias: { 1: 1 } }],
    ["/v1/chat/completions", { model: "gpt-4o", stream, messages: chat.messages.slice(1, 2), response_format: format }],
    ["/v1/messages", messages],
    ["/v1/messages", { ...messages, model: "gpt-4o" }],
    ["/v1/responses", responses],
    ["/v1/responses", { ...responses, model: "claude-sonnet-4-5" }],
    [`/v1beta/models/gemini-2.5-flash:${operation}`, gemini],
    [`/v1beta/models/gpt-4o:${operation}`, gemini],
  ];
}

const refused: readonly (readonly [path: string, body: string | object])[] = [
  ["/v1/chat/completions", `{"model":"gpt-4o","messages":[{"role":"user","content":"${canary}`],
  ["/v1/chat/completions", { model: "gpt-4o", messages: [{ role: canary, content: canary }] }],
  ["/v1/messages", { model: "claude-sonnet-4-5", messages: canary }],
  ["/v1/messages", { model: "claude-sonnet-4-5", max_tokens: canary, messages: [{ role: "user", content: canary }] }],
  ["/v1/responses", { model: "gpt-4o", input: [{ type: canary, text: canary }] }],
  ["/v1beta/models/gpt-4o:generateContent", { contents: [{ role: "user", parts: [{ [canary]: canary }] }] }],
  ["/v1/embeddings", { model: "text-embedding-3-small", input: canary }],
  ["/v1/messages/count_tokens", { model: "claude-sonnet-4-5", messages: [{ role: "user", content: canary }] }],
];

/** What upstreams do besides answering; each quotes what it was asked. */
const misbehaviours = [
  {},
  { status: 400, errorMessage: `no ${canary}` },
  { status: 401, errorMessage: `no ${canary}` },
  { status: 500, errorMessage: `no ${canary}` },
  { body: `{"${canary}"` },
  { body: `<p>${canary}</p>` },
  { text: canary, errorAfterEvents: 3, errorMessage: canary },
  { text: `${canary} `.repeat(20), resetAfterBytes: 700 },
];

test("R130 no word of a prompt, of an answer or of a key reaches log, metrics, traces, store or spans, at DEBUG", async () => {
  const folder = await mkdtemp(join(tmpdir(), "arouter-canary-"));
  const lines: string[] = [];
  const gateway = await serveCompiled({
    files: { "arouter.toml": config, "policies.yaml": policies },
    env: {
      OPENAI_API_KEY: `sk-openai-${canary}`,
      ANTHROPIC_API_KEY: `sk-ant-${canary}`,
      GEMINI_API_KEY: `AIza-${canary}`,
      AROUTER_STORE: join(folder, "traces.db"),
      LOG_LEVEL: "DEBUG",
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url.origin,
    },
    upstreams: { openai: simulator.openaiUrl, anthropic: simulator.anthropicUrl, google: simulator.geminiUrl },
    lines,
  });
  const headers = { "content-type": "application/json", authorization: `Bearer ${clientKey}` };
  const ask = async (path: string, body: string | object, more: Record<string, string> = {}) => {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const answer = await fetch(gateway.url + path, { method: "POST", headers: { ...headers, ...more }, body: text });
    // A stream may break off, as it is told to.
    await answer.text().catch(() => "");
    return answer.status;
  };
  const statuses = new Set<number>();
  let count = 0;
  for (const behaviour of misbehaviours) {
    for (const stream of [false, true]) {
      for (const [path, body] of bodies(stream)) {
        simulator.reset();
        simulator.script({ times: "always", do: behaviour });
        statuses.add(await ask(path, body));
        count += 1;
      }
    }
  }
  simulator.reset();
  for (const [path, body] of refused) statuses.add(await ask(path, body));
  for (const [path, body] of bodies(false)) statuses.add(await ask(path, body, { "x-arouter-strict": "1" }));
  count += refused.length + bodies(false).length;
  expect([...statuses].sort()).toEqual(expect.arrayContaining([200, 400, 500, 502]));

  const read = async (path: string) => (await fetch(gateway.url + path)).text();
  const told = {
    metrics: await read("/metrics"),
    traces: await read("/api/v1/traces?limit=500"),
    usage: await read("/api/v1/usage?by=key"),
    state: await read("/admin/state"),
    health: await read("/health"),
  };
  await gateway.stop();
  const files = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), "latin1")));
  const places = { ...told, store: files.join(""), spans: exported, log: lines.join("\n") };

  // Each has something to say of these requests.
  expect(JSON.parse(told.traces).traces).toHaveLength(count);
  expect(lines.filter((line) => line.startsWith("debug: ")).length).toBeGreaterThan(count);
  expect(lines.some((line) => line.includes("gave an answer that cannot be read"))).toBe(true);
  expect(exported).toContain("arouter.request");
  expect(places.store).toContain("healed");
  const around = (text: string) => text.slice(Math.max(0, text.indexOf(canary) - 200), text.indexOf(canary) + 50);
  const leaks = Object.entries(places).filter(([, text]) => text.includes(canary));
  expect(leaks.map(([place, text]) => `${place}: ${around(text)}`)).toEqual([]);
  await rm(folder, { recursive: true });
}, 120_000);
