import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type FourVendors, startFourVendors } from "../support/four-vendors.ts";
import { routeTo } from "../support/router-ir.ts";

/**
 * Clients whose upstream speaks their own format. What stands between is a gateway that reads every body, so each of these
 * holds what a parse and a re-print would change: white space, key order, escapes, a repeated key, integers beyond 2^53,
 * 1e400, 1.0, members and events nobody knows, text behind an escape, half a surrogate pair.
 */
const odd =
  '"n":12345678901234567890, "big" : 1e400,"f":1.0,\n\t"e":"caf\\u00e9 \\/ \\ud83d 😀", "e":{"b":1,"a":[ ]}, "-0":-0,"future":{"model":"inner"}';

const json = { "content-type": "application/json" };

type Side = Readonly<{
  vendor: "openai" | "responses" | "anthropic" | "google";
  path: (model: string, stream: boolean) => string;
  model: string;
  cheaper: string;
  /** `{model}` stands where the body names the model. */
  request: string;
  whole: string;
  stream: string;
}>;

const sides: Readonly<Record<string, Side>> = {
  "Chat Completions": {
    vendor: "openai",
    path: () => "/v1/chat/completions",
    model: "gpt-4o",
    cheaper: "gpt-4o-mini",
    request: `{ ${odd} ,"stream" : false,\n"messages":[{"role":"user","content":"h\\u0069", ${odd}}] ,"seed":12345678901234567890,\t"model":"{model}","max_tokens":1e1}\n`,
    whole: `{ "choices":[{"message":{"role":"assistant","content":"a",${odd}},"finish_reason":"stop"}], ${odd} }\n`,
    stream: `: hi\r\n\r\ndata: {"choices":[{"index":0,"delta":{"content":"a"}}], ${odd.replace("\n", "")}}\r\n\r\ndata:{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\r\n\r\ndata: [DONE]\r\n\r\n`,
  },
  Responses: {
    vendor: "responses",
    path: () => "/v1/responses",
    model: "gpt-5",
    cheaper: "gpt-5-mini",
    request: `{"input":[{"content":[{"text":"h\\u0069","type":"input_text", ${odd}}],"role":"user"}, {"type":"function_call","call_id":"c","name":"f","arguments":"{\\"n\\":12345678901234567890}"},{"output":"{}","call_id":"c","type":"function_call_output"}],\n"store" : false, ${odd},"model" :"{model}","max_output_tokens":1e2 }`,
    whole: `{ "object":"response","id":"resp_1","status":"completed","output":[{"type":"message","id":"msg_1","role":"assistant","status":"completed","content":[{"type":"output_text","text":"a","annotations":[ ], ${odd}}]}], ${odd}, "model":"gpt-5" }\n`,
    stream:
      'event: response.created\ndata: {"type":"response.created","response":{"id":"resp_1","model":"gpt-5","output":[],"n":12345678901234567890},"sequence_number":0}\n\n' +
      'event: response.brand_new\ndata: {"type":"response.brand_new", "n":1e400,"n":1.0,"sequence_number":1}\n\n' +
      'event: response.completed\ndata: {"type":"response.completed","response":{"id":"resp_1","status":"completed","output":[{"type":"message","id":"msg_1","role":"assistant","content":[{"type":"output_text","text":"a","annotations":[]}]}],"big":1e400},"sequence_number":2}\n\n',
  },
  Messages: {
    vendor: "anthropic",
    path: () => "/v1/messages",
    model: "claude-sonnet-4-5",
    cheaper: "claude-haiku-4-5",
    request: `{"max_tokens":1e2,"messages":[{"content":[{"text":"h\\u0069","type":"text"}],"role":"user"},{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"f","input":{ ${odd} }}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"1"}]}], ${odd},"model":"{model}","temperature":1.0}\n`,
    whole: `{ "type":"message", "role":"assistant", "content":[{"type":"tool_use","id":"t","name":"f","input":{${odd}}}], "stop_reason":"tool_use", ${odd} }\n`,
    stream:
      'event: message_start\ndata: {"type":"message_start","message":{"id":"m","usage":{"input_tokens":1}}}\n\nevent: brand_new\ndata: {"type":"brand_new","n":12345678901234567890,"n":1e400}\n\n' +
      'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn"}}\n\nevent: message_stop\ndata: {"type":"message_stop"}\n\n',
  },
  Gemini: {
    vendor: "google",
    path: (model, stream) => `/v1beta/models/${model}:${stream ? "streamGenerateContent?alt=sse" : "generateContent"}`,
    model: "gemini-2.5-pro",
    cheaper: "gemini-2.5-flash",
    request: `{ "generationConfig" :{"maxOutputTokens":1e2, ${odd}},"contents":[{"parts":[{"text":"h\\u0069"}],"role":"user"},{"role":"model","parts":[{"functionCall":{"name":"f","args":{ ${odd} }}}]},\n{"role":"user","parts":[{"functionResponse":{"name":"f","response":{ ${odd}}}}]}], ${odd}}`,
    whole: `{ "candidates": [{"content":{"parts":[{"functionCall":{"name":"f","args":{${odd}}}}],"role":"model"},"finishReason":"STOP"}], ${odd} }\n`,
    stream:
      'data: {"candidates": [{"content": {"parts": [{"functionCall": {"name":"f","args":{"n":12345678901234567890,"n":1e400,"f":1.0}}}],"role": "model"},"index": 0}]}\r\n\r\n' +
      'data: {"candidates": [{"finishReason": "STOP","content":{"parts":[{"text":"!"}],"role":"model"}}], "brandNew" :[1e400]}\r\n\r\n',
  },
};

let vendors: FourVendors;
beforeAll(async () => {
  const cheaper = Object.values(sides);
  vendors = await startFourVendors({
    route: (facts) => {
      const side = cheaper.find(({ model }) => model === facts.model);
      if (side === undefined || facts.header("x-cheaper") === undefined) return undefined;
      return { rule: "cheaper", routes: [routeTo(side.vendor, side.cheaper)], validate: [] };
    },
  });
});
afterAll(() => vendors.stop());

function post(side: Side, body: string, { stream = false, headers = {} }: { stream?: boolean; headers?: object } = {}) {
  return fetch(vendors.url + side.path(side.model, stream), { method: "POST", headers: { ...json, ...headers }, body });
}

function upstreamOf(side: Side, answer: () => Response) {
  const upstream = vendors.upstreams[side.vendor];
  upstream.answer(answer);
  return upstream;
}

describe.each(Object.entries(sides))("%s", (_name, side) => {
  const request = side.request.replace("{model}", side.model);
  const whole = () => new Response(side.whole, { headers: json });

  test("R47 R288 a request that no rule touches reaches an upstream of its own format byte-equal", async () => {
    const upstream = upstreamOf(side, whole);
    expect((await post(side, request)).status).toBe(200);
    expect(upstream.requests.map(({ text }) => text)).toEqual([request]);
  });

  test("R2 R54 R288 P23 a rewritten request differs in its model only", async () => {
    const upstream = upstreamOf(side, whole);
    const response = await post(side, request, { headers: { "x-cheaper": "1" } });
    expect(response.headers.get("x-arouter-model-served")).toBe(side.cheaper);
    const [sent] = upstream.requests;
    expect(sent?.text).toBe(side.request.replace("{model}", side.cheaper));
    expect(`${sent?.path} ${sent?.text}`).toContain(side.cheaper);
    expect(`${sent?.path} ${sent?.text}`).not.toContain(`${side.model}"`);
  });

  test.each([{}, { "x-cheaper": "1" }])("R47 its answer comes back byte-equal %j", async (headers) => {
    upstreamOf(side, whole);
    expect(await (await post(side, request, { headers })).text()).toBe(side.whole);
  });

  test.each([1, 7, 100_000])("R47 its stream comes back byte-equal, in pieces of %i bytes", async (size) => {
    const type = { "content-type": "text/event-stream" };
    const upstream = upstreamOf(side, () => new Response(inPieces(side.stream, size), { headers: type }));
    const streaming = request
      .replace(/"stream" : false,/, "")
      .replace("{", side.vendor === "google" ? "{" : '{"stream":true ,');
    expect(await (await post(side, streaming, { stream: true })).text()).toBe(side.stream);
    expect(upstream.requests.map(({ text }) => text)).toEqual([streaming]);
  });
});

function inPieces(text: string, size: number): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  return new ReadableStream({
    pull: (controller) => {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.subarray(at, at + size));
      at += size;
    },
  });
}
