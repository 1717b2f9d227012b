import { invalid } from "../../openai/invalid.ts";
import { isReference } from "../request.ts";
import type { Law } from "./law.ts";

/** What a body refers to has to be there, and something has to be said. */
export const state: Law = ({ body, items, previousFound }) => {
  const { previous_response_id, conversation, prompt, store, background } = body;
  if (!previousFound) {
    const message = `Previous response with id '${previous_response_id}' not found.`;
    return invalid(message, "previous_response_id", "previous_response_not_found");
  }
  if ((conversation ?? null) !== null) {
    const id = typeof conversation === "string" ? conversation : JSON.stringify(conversation);
    return { ...invalid(`Conversation with id '${id}' not found.`), status: 404 };
  }
  if (background === true && store === false)
    return invalid("Background mode requires 'store' to be true.", "background", "unsupported_value");
  const lost = items.find(isReference);
  if (lost !== undefined) return itemMissing(String(lost["id"]));
  if (items.length > 0 || (previous_response_id ?? prompt ?? null) !== null) return undefined;
  const message =
    'Missing required parameter: one of "input" or "previous_response_id" or "prompt" or "conversation" must be provided.';
  return invalid(message, "input", "missing_required_parameter");
};

/** The 404 for an item that is not kept. */
export function itemMissing(id: string) {
  const message = `Item with id '${id}' not found. Items are not persisted when \`store\` is set to false. Try again with \`store\` set to true, or remove this item from your input.`;
  return { ...invalid(message, "input"), status: 404 };
}
