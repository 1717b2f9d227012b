import type { WireFormat } from "../../runtime/contract.ts";

type Said = Readonly<{ role?: string; type?: string }>;
type Body = Readonly<{ messages?: readonly Said[]; input?: readonly Said[]; contents?: readonly Said[] }>;

/** The roles of the turns of a request body, in OpenAI's words, without leading instructions. */
export function rolesSent(format: WireFormat, json: unknown): readonly string[] {
  const { messages, input, contents }: Body = json as Body;
  const turns = {
    "openai-chat": messages,
    "openai-responses": input,
    "anthropic-messages": messages,
    gemini: contents,
  };
  return (turns[format] ?? [])
    .map(({ role, type = "" }) => (role === "model" ? "assistant" : (role ?? type)))
    .filter((role) => role !== "system" && role !== "developer");
}
