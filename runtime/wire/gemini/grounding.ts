import type { Citation, Json, JsonObject, StreamEvent, WebSearch } from "../canonical.ts";
import { codePoints } from "../code-points.ts";
import { arrayOf, filledString, isObject, numberOf, objectOf, stringOf } from "../json.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * `groundingMetadata` of an answer as the search it tells of and its citations. Google counts the bytes of the answer's
 * text in UTF-8.
 */
export function groundingEvents(metadata: Json | undefined, text: string): readonly StreamEvent[] {
  const grounding = objectOf(metadata);
  if (grounding === undefined) return [];
  const chunks = arrayOf(grounding["groundingChunks"]).map((chunk) => objectOf(objectOf(chunk)?.["web"]));
  const sources = chunks.flatMap((web) => {
    const url = filledString(web?.["uri"]);
    return url === undefined ? [] : [{ url, title: stringOf(web?.["title"]) ?? url }];
  });
  const queries = arrayOf(grounding["webSearchQueries"]).flatMap((query) => filledString(query) ?? []);
  const search = queries[0] === undefined ? [] : [searchEvent(queries, sources)];
  const bytes = encoder.encode(text);
  const citations = arrayOf(grounding["groundingSupports"])
    .filter(isObject)
    .flatMap((support) => citationsOf(support, chunks, bytes));
  return [...search, ...citations.map((citation) => ({ kind: "citation", citation }) as const)];
}

function searchEvent(
  queries: readonly string[],
  sources: readonly Readonly<{ url: string; title: string }>[],
): StreamEvent {
  const search = { kind: "web-search", id: "", query: queries.join("; "), sources, failed: false } as const;
  return { kind: "web-search", search };
}

function citationsOf(
  support: JsonObject,
  chunks: readonly (JsonObject | undefined)[],
  bytes: Uint8Array,
): readonly Citation[] {
  const segment = objectOf(support["segment"]);
  const start = pointsBefore(bytes, numberOf(segment?.["startIndex"]) ?? 0);
  const end = pointsBefore(bytes, numberOf(segment?.["endIndex"]) ?? bytes.length);
  return arrayOf(support["groundingChunkIndices"]).flatMap((index) => {
    const web = chunks[numberOf(index) ?? -1];
    const url = filledString(web?.["uri"]);
    return url === undefined ? [] : [{ url, title: stringOf(web?.["title"]) ?? url, start, end }];
  });
}

function pointsBefore(bytes: Uint8Array, index: number): number {
  return codePoints(decoder.decode(bytes.subarray(0, Math.max(0, index))));
}

/** Citations and searches as clients of Google's look for them; undefined when there are none. */
export function encodeGrounding(
  citations: readonly Citation[],
  searches: readonly WebSearch[],
  text: string,
): JsonObject | undefined {
  if (citations.length === 0 && searches.length === 0) return undefined;
  const titles = new Map(
    [...searches.flatMap(({ sources }) => sources), ...citations].map(({ url, title }) => [url, title]),
  );
  const urls = [...titles.keys()];
  const points = [...text];
  const bytesBefore = (end: number) => encoder.encode(points.slice(0, end).join("")).length;
  return {
    ...(searches.length === 0 ? {} : { webSearchQueries: searches.map(({ query }) => query) }),
    groundingChunks: urls.map((uri) => ({ web: { uri, title: titles.get(uri) ?? uri } })),
    groundingSupports: citations.map(({ url, start, end }) => ({
      segment: {
        startIndex: bytesBefore(start),
        endIndex: bytesBefore(end),
        text: points.slice(start, end).join(""),
      },
      groundingChunkIndices: [urls.indexOf(url)],
    })),
  };
}
