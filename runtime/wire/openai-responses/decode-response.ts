import type { Json, Response, WireError } from "../canonical.ts";
import type { AnswerMap, Decoded } from "../codec.ts";

export function decodeResponse(
  _body: Json,
  _answer: AnswerMap,
): Decoded<Response> | Readonly<{ kind: "failed"; error: WireError }> {
  return { kind: "failed", error: { class: "unimplemented", status: 501, message: "Not read yet." } };
}
