import type { JsonObject } from "../../json.ts";
import { invalid } from "../../openai/invalid.ts";
import type { Problem } from "../../reply.ts";
import { decrypt } from "../encrypted-content.ts";
import { itemType } from "../request.ts";
import type { Law } from "./law.ts";
import { itemMissing } from "./state.ts";

/** Reasoning comes back as it went out, or by an id that is kept, and with the item it led to, as that comes with it. */
export const reasoningItems: Law = ({ items, earlier, storedIds, reasoningOf }) => {
  const given = new Set([...earlier, ...items].map((item) => item["id"]));
  for (const [index, item] of items.entries()) {
    const type = itemType(item);
    const needed = reasoningOf.get(String(item["id"]));
    if (needed !== undefined && !given.has(needed)) {
      const message = `Item '${item["id"]}' of type '${type}' was provided without its required 'reasoning' item: '${needed}'.`;
      return invalid(message, "input");
    }
    if (type !== "reasoning" && type !== "compaction") continue;
    const problem = contentProblem(item, index, storedIds);
    if (problem !== undefined) return problem;
    if (type === "reasoning" && !isProduct(items.slice(index + 1).find((next) => itemType(next) !== "reasoning"))) {
      const message = `Item '${item["id"] ?? `input[${index}]`}' of type 'reasoning' was provided without its required following item.`;
      return invalid(message, "input");
    }
  }
  return undefined;
};

function contentProblem(item: JsonObject, index: number, storedIds: ReadonlySet<string>): Problem | undefined {
  const { id, encrypted_content: content } = item;
  if (typeof content !== "string") {
    if (typeof id !== "string")
      return invalid(
        `Missing required parameter: 'input[${index}].id'.`,
        `input[${index}].id`,
        "missing_required_parameter",
      );
    return storedIds.has(id) ? undefined : itemMissing(id);
  }
  const shown = content.length > 12 ? `${content.slice(0, 4)}...${content.slice(-4)}` : content;
  const found = decrypt(content);
  const reason =
    found === undefined
      ? "Encrypted content could not be decrypted or parsed."
      : "Encrypted content item_id did not match the target item id.";
  return found !== undefined && (typeof id !== "string" || id === found.id)
    ? undefined
    : invalid(
        `The encrypted content ${shown} could not be verified. Reason: ${reason}`,
        null,
        "invalid_encrypted_content",
      );
}

/** Whether an item is something the model does after thinking. */
function isProduct(item: JsonObject | undefined): boolean {
  if (item === undefined) return false;
  return itemType(item) === "message" ? item["role"] === "assistant" : /_call$/.test(itemType(item));
}
