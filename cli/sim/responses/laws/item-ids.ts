import { invalid } from "../../openai/invalid.ts";
import { itemType } from "../request.ts";
import type { Law } from "./law.ts";

const prefixes: Readonly<Record<string, string>> = {
  message: "msg",
  reasoning: "rs",
  function_call: "fc",
  custom_tool_call: "ctc",
  web_search_call: "ws",
  compaction: "cmp",
};

/** An id says what kind of item has it, and no two items share one. */
export const itemIds: Law = ({ items, earlier }) => {
  const seen = new Set(earlier.map((item) => item["id"]));
  for (const [index, item] of items.entries()) {
    const { id } = item;
    const prefix = prefixes[itemType(item)];
    if (typeof id !== "string") continue;
    if (prefix !== undefined && !id.startsWith(prefix)) {
      const message = `Invalid 'input[${index}].id': '${id}'. Expected an ID that begins with '${prefix}'.`;
      return invalid(message, `input[${index}].id`, "invalid_value");
    }
    if (seen.has(id))
      return invalid(
        `Duplicate item found with id ${id}. Remove duplicate items from your input and try again.`,
        "input",
      );
    seen.add(id);
  }
  return undefined;
};
