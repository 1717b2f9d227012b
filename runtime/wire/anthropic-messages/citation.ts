import type { Citation, Json, JsonObject } from "../canonical.ts";
import { filledString, objectOf, stringOf } from "../json.ts";

/** The web source of a citation; undefined for places in documents, which other APIs cannot point at. */
export function readCitation(json: Json | undefined, start: number, end: number): Citation | undefined {
  const citation = objectOf(json);
  const url = filledString(citation?.["url"]) ?? httpSource(citation);
  return url === undefined ? undefined : { url, title: stringOf(citation?.["title"]) ?? url, start, end };
}

/** `search_result_location` names its source freely; only a web address can be cited elsewhere. */
function httpSource(citation: JsonObject | undefined): string | undefined {
  const source = filledString(citation?.["source"]);
  return source !== undefined && /^https?:\/\//.test(source) ? source : undefined;
}

/** `answerText` is the text of the answer so far; the cited span lies in it. */
export function writeCitation(citation: Citation, answerText: string): JsonObject {
  return {
    type: "web_search_result_location",
    url: citation.url,
    title: citation.title,
    cited_text: [...answerText].slice(citation.start, citation.end).join(""),
    encrypted_index: "",
  };
}
