import type { JsonObject, Rejection, Request } from "../canonical.ts";
import type { Decoded } from "../codec.ts";

export function decodeRequest(_body: JsonObject): Decoded<Request> | Rejection {
  return {
    kind: "rejection",
    code: "unimplemented",
    message: "This gateway does not read the Responses API yet.",
    param: null,
  };
}
