import type { RequestVector } from "./vector.ts";

type Row = Omit<RequestVector, "kind" | "from" | "to">;

/** Requests of one API for upstreams of the other. */
export function toMessages(row: Row): RequestVector {
  return { kind: "request", from: "openai-chat", to: "anthropic-messages", ...row };
}

export function toChat(row: Row): RequestVector {
  return { kind: "request", from: "anthropic-messages", to: "openai-chat", ...row };
}
