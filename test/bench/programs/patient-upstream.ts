/** A provider that answers everything well, ANSWER_MS after it was asked. */
import { textAnswer } from "../../support/text-answer.ts";

const answerMs = Number(Bun.env["ANSWER_MS"] ?? 0);
const { headers, body } = textAnswer({ format: "openai-chat", stream: false, model: "any", text: "Here I am." });
const bytes = body.kind === "whole" ? body.bytes : "";

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  async fetch(request) {
    await request.arrayBuffer();
    await Bun.sleep(answerMs);
    return new Response(bytes, { headers });
  },
});
console.log(`listens on http://127.0.0.1:${server.port}`);
