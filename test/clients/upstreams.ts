import type { WireFormat } from "../../runtime/contract.ts";

/** The model a request is for where its client asked for one of another vendor, and what leads to this upstream. */
export const upstreams = [
  { upstream: "openai-chat", model: "gpt-5", prefix: "" },
  { upstream: "openai-responses", model: "gpt-5.5", prefix: "responses/" },
  { upstream: "anthropic-messages", model: "claude-sonnet-5-5", prefix: "" },
  { upstream: "gemini", model: "gemini-3-pro", prefix: "gemini/" },
] as const satisfies readonly Readonly<{ upstream: WireFormat; model: string; prefix: string }>[];
