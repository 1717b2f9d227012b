/** A provider that answers at once: fixed bodies in both vendors' formats, whole or as a stream of 64 events. */
const chat = JSON.stringify({
  id: "chatcmpl-bench",
  object: "chat.completion",
  created: 1,
  model: "gpt-4o",
  choices: [
    {
      index: 0,
      message: { role: "assistant", content: "x".repeat(600), refusal: null },
      logprobs: null,
      finish_reason: "stop",
    },
  ],
  usage: { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 },
});
const message = JSON.stringify({
  id: "msg_bench",
  type: "message",
  role: "assistant",
  model: "claude-sonnet-4-5",
  content: [{ type: "text", text: "x".repeat(600) }],
  stop_reason: "end_turn",
  stop_sequence: null,
  usage: { input_tokens: 10, output_tokens: 20 },
});
const frame = (event: string, data: object) => `event: ${event}\ndata: ${JSON.stringify({ type: event, ...data })}\n\n`;
const chunk = (delta: object, finish: string | null) =>
  `data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", created: 1, model: "gpt-4o", choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }] })}\n\n`;
const words = Array.from({ length: 60 }, (_, index) => `word${index} `);
const chatEvents = [
  chunk({ role: "assistant", content: "" }, null),
  ...words.map((content) => chunk({ content }, null)),
  chunk({}, "stop"),
  "data: [DONE]\n\n",
];
const messageEvents = [
  frame("message_start", {
    message: {
      id: "m",
      type: "message",
      role: "assistant",
      model: "claude-sonnet-4-5",
      content: [],
      stop_reason: null,
      usage: { input_tokens: 1, output_tokens: 1 },
    },
  }),
  frame("content_block_start", { index: 0, content_block: { type: "text", text: "" } }),
  ...words.map((text) => frame("content_block_delta", { index: 0, delta: { type: "text_delta", text } })),
  frame("content_block_stop", { index: 0 }),
  frame("message_delta", { delta: { stop_reason: "end_turn", stop_sequence: null }, usage: { output_tokens: 60 } }),
  frame("message_stop", {}),
];

/** One event per turn of the event loop, so that each crosses the network on its own as a model's would. */
function streamed(events: readonly string[]): Response {
  const left = [...events];
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        await Bun.sleep(1);
        const event = left.shift();
        if (event === undefined) controller.close();
        else controller.enqueue(encoder.encode(event));
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  async fetch(request) {
    const isChat = request.url.endsWith("/chat/completions");
    if ((await request.text()).includes('"stream":true')) return streamed(isChat ? chatEvents : messageEvents);
    return new Response(isChat ? chat : message, { headers: { "content-type": "application/json" } });
  },
});
console.log(`listens on http://127.0.0.1:${server.port}`);

export {};
