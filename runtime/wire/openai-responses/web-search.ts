import type { JsonObject, WebSearch } from "../canonical.ts";
import { arrayOf, filledString, objectOf, stringOf } from "../json.ts";
import type { ItemQueue } from "./item-queue.ts";

/** A `web_search_call` item. Only a search has results for others; pages that were opened leave their text in the answer. */
export function readSearch(item: JsonObject): WebSearch | undefined {
  const action = objectOf(item["action"]);
  const query = filledString(action?.["query"]) ?? filledString(arrayOf(action?.["queries"])[0]);
  if (action?.["type"] !== "search" || query === undefined) return undefined;
  const sources = arrayOf(action["sources"]).flatMap((source) => {
    const url = filledString(objectOf(source)?.["url"]);
    return url === undefined ? [] : [{ url, title: stringOf(objectOf(source)?.["title"]) ?? url }];
  });
  const id = filledString(item["id"]) ?? "";
  return { kind: "web-search", id, query, sources, failed: item["status"] === "failed" };
}

/** The same as an item of a reply. Vendors tell of a search when it is over, so all its steps come at once. */
export function searchItem(queue: ItemQueue, { query, sources, failed }: WebSearch): void {
  const action = { type: "search", query, queries: [query], sources: sources.map(({ url }) => ({ type: "url", url })) };
  const base = { type: "web_search_call", action };
  const item = queue.open("ws", { ...base, status: "in_progress" });
  for (const step of ["in_progress", "searching", ...(failed ? [] : ["completed"])]) {
    item.push({ type: `response.web_search_call.${step}` });
  }
  item.finish({ ...base, status: failed ? "failed" : "completed" });
}
