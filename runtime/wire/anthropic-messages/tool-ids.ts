import { shorten } from "../names.ts";

const maxIdChars = 64;

/**
 * Ids of the tool calls of one reply, in order: the upstream's own where the Messages API would allow it, and one made
 * from the request id where it is missing or was used before. Equal for a stream and for the whole message.
 */
export function replyToolIds(requestId: string): (id: string) => string {
  const used = new Set<string>();
  return (id) => {
    const own = id === "" ? "" : shorten(id, maxIdChars);
    const unique = own === "" || used.has(own) ? `toolu_${requestId}_${used.size}` : own;
    used.add(unique);
    return unique;
  };
}
