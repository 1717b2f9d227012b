import type { Rejection, Request } from "../canonical.ts";
import type { EncodedRequest, UpstreamTarget } from "../codec.ts";

export function encodeRequest(_request: Request, _target: UpstreamTarget): EncodedRequest | Rejection {
  return {
    kind: "rejection",
    code: "unimplemented",
    message: "This gateway does not write the Responses API yet.",
    param: null,
  };
}
