import type { JsonObject } from "../wire/canonical.ts";
import type { ClientCodec } from "../wire/codec.ts";
import { objectOf } from "../wire/json.ts";

/** Whether OpenRouter's own SDK asks, which validates answers strictly. It calls `/api/v1`, as OpenRouter does. */
export function isOpenRouter({ headers }: Pick<Request, "headers">): boolean {
  return /openrouter/i.test(headers.get("user-agent") ?? "");
}

/**
 * The codec as OpenRouter's SDK reads it (`@openrouter/sdk` 1.3): `error.code` is the status as a number, the machine
 * word stands in `metadata`; a stream of chunks tells its usage unasked.
 */
export function forOpenRouter(codec: ClientCodec): ClientCodec {
  return {
    ...codec,
    encodeError: (error, requestId) => {
      const { status, body } = codec.encodeError(error, requestId);
      return { status, body: { ...body, error: numbered(objectOf(body["error"]) ?? {}, status) } };
    },
    streamWriter: (context) => {
      const request = { ...context.request, stream_options: { include_usage: true } };
      return codec.streamWriter(codec.format === "openai-chat" ? { ...context, request } : context);
    },
  };
}

function numbered({ message, code, type }: JsonObject, status: number): JsonObject {
  return { code: status, message: message ?? "", metadata: { code: code ?? null, type: type ?? null } };
}
