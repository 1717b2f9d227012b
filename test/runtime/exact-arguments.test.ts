import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type FourVendors, models, startFourVendors } from "../support/four-vendors.ts";

/** What a model said or a tool answered, with numbers that a double does not hold. */
const said =
  '{"n":12345678901234567890,"x":[1e400,-0.12345678901234567890],"s":"9007199254740993","i":9007199254740993}';
const text = JSON.stringify(said);

let vendors: FourVendors;
beforeAll(async () => {
  vendors = await startFourVendors();
});
afterAll(() => vendors.stop());

type Vendor = "openai" | "responses" | "anthropic" | "google";
const order = ["openai", "responses", "anthropic", "google"] as const satisfies readonly Vendor[];
const pairs = order.flatMap((client) => order.map((upstream) => [client, upstream] as const));

const paths: Readonly<Record<Vendor, (model: string, stream: boolean) => string>> = {
  openai: () => "/v1/chat/completions",
  responses: () => "/v1/responses",
  anthropic: () => "/v1/messages",
  google: (model, stream) => `/v1beta/models/${model}:${stream ? "streamGenerateContent?alt=sse" : "generateContent"}`,
};

const schema = '{"type":"object","properties":{}}';

/** A conversation with one call and its result; `seed` and limits stay plain numbers wherever they stand. */
const requests: Readonly<Record<Vendor, (model: string, stream: boolean) => string>> = {
  openai: (model, stream) =>
    `{"model":"${model}","stream":${stream},"max_tokens":1e2,"messages":[{"role":"user","content":"go"},{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"f","arguments":${text}}}]},{"role":"tool","tool_call_id":"call_1","content":${text}}],"tools":[{"type":"function","function":{"name":"f","parameters":${schema}}}]}`,
  responses: (model, stream) =>
    `{"model":"${model}","stream":${stream},"store":false,"max_output_tokens":1e2,"input":[{"role":"user","content":"go"},{"type":"function_call","call_id":"call_1","name":"f","arguments":${text}},{"type":"function_call_output","call_id":"call_1","output":${text}}],"tools":[{"type":"function","name":"f","parameters":${schema}}]}`,
  anthropic: (model, stream) =>
    `{"model":"${model}","stream":${stream},"max_tokens":1e2,"messages":[{"role":"user","content":"go"},{"role":"assistant","content":[{"type":"tool_use","id":"call_1","name":"f","input":${said}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"call_1","content":${text}}]}],"tools":[{"name":"f","input_schema":${schema}}]}`,
  google: () =>
    `{"generationConfig":{"maxOutputTokens":1e2},"contents":[{"role":"user","parts":[{"text":"go"}]},{"role":"model","parts":[{"functionCall":{"name":"f","args":${said}}}]},{"role":"user","parts":[{"functionResponse":{"name":"f","response":${said}}}]}],"tools":[{"functionDeclarations":[{"name":"f","parametersJsonSchema":${schema}}]}]}`,
};

const wholes: Readonly<Record<Vendor, string>> = {
  openai: `{"id":"c","object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{"id":"call_2","type":"function","function":{"name":"f","arguments":${text}}}]},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":1e1,"completion_tokens":2,"total_tokens":12}}`,
  responses: `{"id":"resp_1","object":"response","status":"completed","model":"m","output":[{"type":"function_call","id":"fc_1","call_id":"call_2","name":"f","arguments":${text},"status":"completed"}],"usage":{"input_tokens":1e1,"output_tokens":2,"total_tokens":12}}`,
  anthropic: `{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"tool_use","id":"call_2","name":"f","input":${said}}],"stop_reason":"tool_use","usage":{"input_tokens":1e1,"output_tokens":2}}`,
  google: `{"candidates":[{"content":{"role":"model","parts":[{"functionCall":{"id":"call_2","name":"f","args":${said}}}]},"finishReason":"STOP","avgLogprobs":-0.12345678901234567890}],"usageMetadata":{"promptTokenCount":1e1,"candidatesTokenCount":2,"totalTokenCount":12},"modelVersion":"m"}`,
};

const event = (type: string, members: string) => `event: ${type}\ndata: {"type":"${type}",${members}}\n\n`;
const chunk = (delta: string, finish: string) =>
  `data: {"id":"c","object":"chat.completion.chunk","model":"m","choices":[{"index":0,"delta":${delta},"finish_reason":${finish}}]}\n\n`;
const item = (status: string, said: string) =>
  `"output_index":0,"item":{"type":"function_call","id":"fc_1","call_id":"call_2","name":"f","arguments":${said},"status":"${status}"}`;

const streams: Readonly<Record<Vendor, string>> = {
  openai: `${chunk(`{"role":"assistant","tool_calls":[{"index":0,"id":"call_2","type":"function","function":{"name":"f","arguments":${text}}}]}`, "null")}${chunk("{}", '"tool_calls"')}data: [DONE]\n\n`,
  responses: [
    event("response.created", '"response":{"id":"resp_1","model":"m","output":[]}'),
    event("response.output_item.added", item("in_progress", '""')),
    event("response.function_call_arguments.delta", `"output_index":0,"item_id":"fc_1","delta":${text}`),
    event("response.function_call_arguments.done", `"output_index":0,"item_id":"fc_1","arguments":${text}`),
    event("response.output_item.done", item("completed", text)),
    event("response.completed", `"response":${wholes.responses}`),
  ].join(""),
  anthropic: [
    event("message_start", '"message":{"id":"msg_1","model":"m","usage":{"input_tokens":1,"output_tokens":1}}'),
    // Some servers send a call's input at once, where Anthropic has an empty object and deltas behind it.
    event(
      "content_block_start",
      `"index":0,"content_block":{"type":"tool_use","id":"call_2","name":"f","input":${said}}`,
    ),
    event("content_block_stop", '"index":0'),
    event("message_delta", '"delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":2}'),
    event("message_stop", '"x":1').replace(',"x":1', ""),
  ].join(""),
  google: `data: ${wholes.google}\r\n\r\n`,
};

/** Where a format has arguments as text they are escaped. */
function unescaped(body: string): string {
  return body.replaceAll('\\"', '"');
}

async function exchange(client: Vendor, upstream: Vendor, stream: boolean) {
  const type = stream ? "text/event-stream" : "application/json";
  const body = (stream ? streams : wholes)[upstream];
  vendors.upstreams[upstream].answer(() => new Response(body, { headers: { "content-type": type } }));
  const response = await fetch(vendors.url + paths[client](models[upstream], stream), {
    method: "POST",
    body: requests[client](models[upstream], stream),
  });
  const sent = vendors.upstreams[upstream].requests.at(-1)?.text ?? "";
  return {
    status: response.status,
    warnings: response.headers.get("x-arouter-warnings"),
    reply: await response.text(),
    sent,
  };
}

describe.each(pairs)("acceptance 8: a client of %s, an upstream of %s", (client, upstream) => {
  test.each([false, true])("all digits of arguments and results arrive, stream: %p", async (stream) => {
    const { status, warnings, reply, sent } = await exchange(client, upstream, stream);
    expect([status, warnings]).toEqual([200, null]);
    // The call and its result.
    expect(unescaped(sent).split(said)).toHaveLength(3);
    expect(unescaped(reply)).toContain(said);
    expect(sent + reply).not.toContain("rawJSON");
  });
});

test("a number that is no argument stays a number, whatever arguments stand beside it", async () => {
  const { sent } = await exchange("anthropic", "openai", false);
  expect(JSON.parse(sent)).toMatchObject({ max_completion_tokens: 100 });
});
