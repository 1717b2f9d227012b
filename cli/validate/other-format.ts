import type { Auth, Surface, WireFormat } from "../../runtime/contract.ts";
import type { ModelsAnswer } from "../../runtime/model-list/ask-models.ts";

/** One question for a list; text says why it could not be asked. */
export type Ask = (
  surface: Pick<Surface, "baseUrl" | "format" | "path" | "auth" | "headers">,
  key: string | undefined,
) => Promise<ModelsAnswer | string>;

/** What `type` of a provider says for each API that lists models its own way, and how its vendor is shown a key. */
const types = {
  openai: { format: "openai-chat", auth: "bearer" },
  anthropic: { format: "anthropic-messages", auth: "x-api-key" },
  google: { format: "gemini", auth: "x-goog-api-key" },
} as const satisfies Record<string, Readonly<{ format: WireFormat; auth: Auth }>>;

/**
 * Which `type` a server would be right for that had no list for the configured one. Undefined when none would, or when its
 * answer leaves no room for that.
 */
export async function otherFormat(
  { baseUrl, format, auth: own }: Surface,
  key: string | undefined,
  answer: ModelsAnswer,
  ask: Ask,
): Promise<string | undefined> {
  const isMistaken = answer.kind === "answered" && answer.status < 500 && answer.status !== 429;
  // Whoever wrote down a header of their own knows what the server wants.
  if (!isMistaken || typeof own !== "string") return undefined;
  for (const [type, { format: other, auth }] of Object.entries(types)) {
    if (other === format || (other === "openai-chat" && format === "openai-responses")) continue;
    const told = await ask({ baseUrl, format: other, auth: key === undefined ? "none" : auth }, key);
    if (typeof told !== "string" && told.kind === "answered" && told.models !== undefined) return type;
  }
  return undefined;
}
