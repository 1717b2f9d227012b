import type { ReplyContext, StreamWriter } from "../codec.ts";

export function streamWriter(_context: ReplyContext): StreamWriter {
  return { push: () => "" };
}
