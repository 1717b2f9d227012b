import type { Json } from "./json.ts";
import type { Reply } from "./reply.ts";

/** A 200 with a JSON body. */
export function jsonReply(value: Json, headers: Readonly<Record<string, string>> = {}): Reply {
  return {
    status: 200,
    headers: { "content-type": "application/json", ...headers },
    body: { kind: "whole", bytes: JSON.stringify(value) },
  };
}
