import type { JsonObject, Response } from "../canonical.ts";
import type { ReplyContext } from "../codec.ts";
import { replay } from "../replay.ts";
import { replyObject } from "./reply-object.ts";
import { replyOutput } from "./reply-output.ts";
import { encodeStop } from "./stop.ts";

/** A whole answer (openai 7.55.0 `Response`): what a stream of it ends with. */
export function encodeResponse(response: Response, context: ReplyContext): JsonObject {
  const output = replyOutput(context);
  for (const event of replay(response)) output.push(event);
  output.finish(response.stop);
  output.drain();
  return replyObject(context, {
    ...encodeStop(response.stop, output.hasRefusal()),
    output: output.done(),
    usage: response.usage,
    tier: response.serviceTier,
  });
}
