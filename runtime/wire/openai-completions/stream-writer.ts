import type { Stop, StreamEvent, Usage } from "../canonical.ts";
import type { ReplyContext, StreamWriter } from "../codec.ts";
import { objectOf } from "../json.ts";
import { openaiChat } from "../openai-chat/codec.ts";
import { encodeUsage } from "../openai-chat/usage.ts";
import { choice, envelope, finishOf } from "./encode-response.ts";

/** Events to chunks, which have the shape of a whole answer (openai 7.55.0 `Completion`). */
export function streamWriter(context: ReplyContext): StreamWriter {
  const includeUsage = objectOf(context.request["stream_options"])?.["include_usage"] === true;
  const head = envelope(context);
  let usage: Usage | undefined;
  let stop: Stop = { reason: "end" };

  const chunk = (text: string, finish: string | null): string => frame({ ...head, choices: [choice(text, finish)] });

  function ending(): string {
    const told = includeUsage && usage !== undefined ? frame({ ...head, choices: [], usage: encodeUsage(usage) }) : "";
    return `${chunk("", finishOf(stop))}${told}data: [DONE]\n\n`;
  }

  function push(event: StreamEvent): string {
    switch (event.kind) {
      case "text":
      case "refusal":
        return event.text === "" ? "" : chunk(event.text, null);
      case "usage":
        usage = event.usage;
        return "";
      case "stop":
        stop = event.stop;
        return "";
      case "ping":
        return openaiChat.keepAlive;
      case "error":
        return openaiChat.streamError(event.error, context.requestId);
      case "end":
        return ending();
      // Neither thoughts nor tools have a place in a text.
      default:
        return "";
    }
  }

  return { push };
}

function frame(body: object): string {
  return `data: ${JSON.stringify(body)}\n\n`;
}
