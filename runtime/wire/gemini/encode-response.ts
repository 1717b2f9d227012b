import type { JsonObject, Response } from "../canonical.ts";
import type { ReplyContext } from "../codec.ts";

export function encodeResponse(_response: Response, _context: ReplyContext): JsonObject {
  return {};
}
