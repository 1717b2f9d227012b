import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Served } from "../../runtime/server/serve.ts";
import { renamedFrames } from "../../runtime/upstream/rename-model.ts";
import { type CaptureUpstream, startCaptureUpstream } from "../support/capture-upstream.ts";
import { serveCompiled } from "../support/compiled.ts";

let upstream: CaptureUpstream;
let served: Served;
beforeAll(async () => {
  upstream = startCaptureUpstream();
  const provider = (id: string, type: string) =>
    `[providers.${id}]\ntype = "${type}"\nbase_url = "${upstream.url}"\nauth = "none"\n[[models]]\nname = "my-${id}"\nprovider = "${id}"\nupstream_model = "vendor-${id}"\n`;
  const config = `[http]\nresponse_model = "requested"\n${provider("chat", "openai")}${provider("responses", "openai-responses")}${provider("messages", "anthropic")}${provider("gemini", "gemini")}`;
  served = await serveCompiled({ files: { "arouter.toml": config }, env: {}, upstreams: {} });
});
afterAll(async () => {
  await served.stop();
  upstream.stop();
});

async function ask(path: string, model: string, stream: boolean): Promise<string> {
  const turn = [{ role: "user", content: "hi" }];
  const contents = { contents: [{ role: "user", parts: [{ text: "hi" }] }] };
  const body = path.includes("v1beta") ? contents : { model, stream, max_tokens: 9, messages: turn, input: "hi" };
  const response = await fetch(served.url + path, { method: "POST", body: JSON.stringify(body) });
  return await response.text();
}

/** An answer whose `{model}` is the vendor's name on one side and the asked one on the other, and all else equal. */
const streams = {
  chat: [
    "/v1/chat/completions",
    ': note\r\ndata: {"id":"c","model":"{model}","x":12345678901234567890,"choices":[{"index":0,"delta":{"content":"my \\"model\\":\\"x\\""}}]}\r\n\r\n' +
      'data:{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],  "model" : "{model}"}\n\ndata: [DONE]\n\n',
  ],
  responses: [
    "/v1/responses",
    'event: response.created\ndata: {"type":"response.created","response":{"id":"r","model":"{model}","output":[]},"sequence_number":0}\n\n' +
      'event: response.output_item.added\ndata: {"type":"response.output_item.added","output_index":0,"item":{"id":"ws","type":"web_search_call","status":"in_progress","model":"inner"}}\n\n' +
      'event: response.output_item.done\ndata: {"type":"response.output_item.done","item":{"id":"m","type":"message","phase":"commentary","role":"assistant","content":[]}}\n\n' +
      'event: response.completed\ndata: {"type":"response.completed","response":{"id":"r","status":"completed","output":[{"type":"code_interpreter_call","code":"1e400"}],"model":"{model}","tools":[{"model":"gpt-image-1"}]}}\n\n',
  ],
  messages: [
    "/v1/messages",
    'event: message_start\ndata: {"type":"message_start","message":{"model":"{model}","id":"m","content":[],"usage":{"input_tokens":1,"output_tokens":1}}}\n\n' +
      'event: content_block_start\ndata: {"type":"content_block_start","index":0,"content_block":{"type":"future","model":"inner"}}\n\n' +
      'event: content_block_stop\ndata: {"type":"content_block_stop","index":0}\n\n' +
      'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}}\n\n' +
      'event: message_stop\ndata: {"type":"message_stop"}\n\n',
  ],
  gemini: [
    "/v1beta/models/my-gemini:streamGenerateContent?alt=sse",
    'data: {"candidates": [{"content": {"parts": [{"text": "hi"}],"role": "model"},"index": 0}],"modelVersion": "{model}","new":1e400}\r\n\r\n' +
      'data: {"candidates": [{"finishReason": "STOP","content":{"parts":[{"text":"!"}],"role":"model"}}],"modelVersion": "{model}"}\r\n\r\n',
  ],
} as const;

const wholes = {
  chat: [
    "/v1/chat/completions",
    '{"object":"chat.completion","model": "{model}","n":12345678901234567890,"choices":[{"index":0,"message":{"role":"assistant","content":"hi","model":"inner"},"finish_reason":"stop"}]}',
  ],
  responses: [
    "/v1/responses",
    '{"object":"response","id":"r","status":"completed","output":[{"type":"web_search_call","id":"w","model":"inner"}, {"type":"message","phase":"final_answer","role":"assistant","content":[{"type":"output_text","text":"hi","annotations":[]}]}],"model":"{model}"}',
  ],
  messages: [
    "/v1/messages",
    '{"type":"message","role":"assistant","content":[{"type":"text","text":"hi","model":"inner"}],"model":"{model}","stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":1}}',
  ],
  gemini: [
    "/v1beta/models/my-gemini:generateContent",
    '{"candidates":[{"content":{"parts":[{"text":"hi"}],"role":"model"},"finishReason":"STOP"}],\n "modelVersion":"{model}"}',
  ],
} as const;

const kinds = ["chat", "responses", "messages", "gemini"] as const;

describe("answers under the name that was asked for differ from the upstream's own in that name alone", () => {
  test.each(kinds)("streamed: %s", async (kind) => {
    const [path, text] = streams[kind];
    for (const size of [1, 7, 10_000]) {
      const bytes = new TextEncoder().encode(text.replaceAll("{model}", `vendor-${kind}`));
      upstream.answer(() => new Response(cut(bytes, size), { headers: { "content-type": "text/event-stream" } }));
      expect(await ask(path, `my-${kind}`, true)).toBe(text.replaceAll("{model}", `my-${kind}`));
    }
  });

  test.each(kinds)("whole: %s", async (kind) => {
    const [path, text] = wholes[kind];
    const headers = { "content-type": "application/json" };
    upstream.answer(() => new Response(text.replaceAll("{model}", `vendor-${kind}`), { headers }));
    expect(await ask(path, `my-${kind}`, false)).toBe(text.replaceAll("{model}", `my-${kind}`));
  });
});

function cut(bytes: Uint8Array, size: number): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull: (controller) => {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.subarray(at, at + size));
      at += size;
    },
  });
}

test.each([
  "",
  'data: "model',
  "\n\n",
  ': "model"\n\n',
  'data: {"model"\n\n',
  'data: {"model":\ndata: "a"}\n\n',
  'data: [{"model":"a"}]\n\n',
])("what is no JSON object on one line stays: %p", (text) => {
  expect(new TextDecoder().decode(renamedFrames(new TextEncoder().encode(text), "openai-chat", "b"))).toBe(text);
});
