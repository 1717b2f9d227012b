import type { WireFormat } from "../../runtime/contract.ts";

/** Chat Completions and Messages: what tests use whose subject is not translation. */
export type OlderFormat = Extract<WireFormat, "openai-chat" | "anthropic-messages">;
