import type { Json, JsonObject, StreamEvent, WebSearch } from "../canonical.ts";
import { arrayOf, filledString, isArray, isObject, objectOf, parseJson, stringOf } from "../json.ts";

/** A search of the web is two blocks, the use of a server tool and its result (@anthropic-ai/sdk 1.11 types). */

const toolName = "web_search";
const idPrefix = "srvtoolu_";

/** Whether a client asked for searches, and so knows what to make of their blocks. */
export function asksForSearch(request: JsonObject): boolean {
  return arrayOf(request["tools"]).some((tool) => stringOf(objectOf(tool)?.["type"])?.startsWith("web_search_"));
}

/** The two blocks of one search, as replies carry them. */
export function searchBlocks(search: WebSearch): readonly [JsonObject, JsonObject] {
  const caller = { type: "direct" };
  const id = search.id.startsWith(idPrefix) ? search.id : idPrefix + search.id.replaceAll(/\W/g, "_");
  const results = search.sources.map(({ url, title }) => ({
    type: "web_search_result",
    url,
    title,
    encrypted_content: "",
    page_age: null,
  }));
  const failure = { type: "web_search_tool_result_error", error_code: "unavailable" };
  return [
    { type: "server_tool_use", id, name: toolName, input: { query: search.query }, caller },
    { type: "web_search_tool_result", tool_use_id: id, content: search.failed ? failure : results, caller },
  ];
}

export function isSearch(block: JsonObject): boolean {
  return block["type"] === "server_tool_use" && block["name"] === toolName;
}

/** Undefined for a block that is no result of a search. `input` is that of the search with this id. */
export function readSearch(block: JsonObject, input: (id: string) => Json | undefined): WebSearch | undefined {
  const id = filledString(block["tool_use_id"]);
  if (block["type"] !== "web_search_tool_result" || id === undefined) return undefined;
  const { content } = block;
  return {
    kind: "web-search",
    id,
    query: stringOf(objectOf(input(id))?.["query"]) ?? "",
    sources: arrayOf(content).filter(isObject).flatMap(readSource),
    failed: !isArray(content),
  };
}

function readSource(result: JsonObject): WebSearch["sources"] {
  const url = filledString(result["url"]);
  return url === undefined ? [] : [{ url, title: filledString(result["title"]) ?? url }];
}

/** A block of a search while it streams: fragments of its input, and what it comes to. */
export type OpenSearch = Readonly<{ push(fragment: string): void; stop(): readonly StreamEvent[] }>;

/** Takes the blocks of one stream as they start; undefined for those that are of no search. */
export function searchReader(): (block: JsonObject) => OpenSearch | undefined {
  const inputs = new Map<string, Json | undefined>();
  return (block) => {
    if (isSearch(block)) {
      let json = "";
      return {
        push(fragment) {
          json += fragment;
        },
        stop() {
          inputs.set(stringOf(block["id"]) ?? "", parseJson(json) ?? block["input"]);
          return [];
        },
      };
    }
    const search = readSearch(block, (id) => inputs.get(id));
    return search && { push: () => {}, stop: () => [{ kind: "web-search", search }] };
  };
}
