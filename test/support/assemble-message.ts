import { MessageStream } from "@anthropic-ai/sdk/lib/MessageStream";
import type { Message } from "@anthropic-ai/sdk/resources/messages";
import { sseDecoder } from "../../runtime/wire/sse.ts";

/** What the official SDK makes of a Messages stream, without the members it adds itself; rejects as it would for users. */
export async function assembleMessage(sse: string): Promise<Message> {
  const decoder = sseDecoder();
  const frames = [...decoder.push(new TextEncoder().encode(sse)), ...decoder.end()];
  const failure = frames.find((frame) => frame.event === "error");
  if (failure !== undefined) throw new Error(failure.data);
  // The SDK's transport skips pings and frames without an event name before this helper sees them.
  const lines = frames
    .filter((frame) => frame.event !== undefined && frame.event !== "ping")
    .map((frame) => frame.data);
  const stream = MessageStream.fromReadableStream(new Blob([lines.join("\n")]).stream());
  const { parsed_output: _added, ...message } = await stream.finalMessage();
  return message;
}
