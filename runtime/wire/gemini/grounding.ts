import type { Citation, Json, JsonObject, StreamEvent, WebSearch } from "../canonical.ts";
import { codePoints } from "../code-points.ts";
import { arrayOf, filledString, isObject, numberOf, objectOf, stringOf } from "../json.ts";
import { sha256Hex } from "../names.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

type Source = WebSearch["sources"][number];

/** `groundingMetadata` of an answer as the search it tells of and its citations. `seed` is what ids of this answer are made of. */
export function groundingEvents(metadata: JsonObject, text: string, seed: string): readonly StreamEvent[] {
  const sources = arrayOf(metadata["groundingChunks"]).map(sourceOf);
  const queries = arrayOf(metadata["webSearchQueries"]).flatMap((query) => filledString(query) ?? []);
  const search: WebSearch = {
    kind: "web-search",
    id: `ws_${sha256Hex(seed).slice(0, 24)}`,
    query: queries.join("; "),
    sources: sources.filter((source) => source !== undefined),
    failed: false,
  };
  const bytes = encoder.encode(text);
  const citations = arrayOf(metadata["groundingSupports"])
    .filter(isObject)
    .flatMap((support) => {
      const place = placeOf(objectOf(support["segment"]), text, bytes);
      const cited = arrayOf(support["groundingChunkIndices"]).flatMap((index) => sources[numberOf(index) ?? -1] ?? []);
      return cited.map((source): Citation => ({ ...source, ...place }));
    });
  return [
    ...(queries.length === 0 ? [] : [{ kind: "web-search", search } as const]),
    ...citations.map((citation) => ({ kind: "citation", citation }) as const),
  ];
}

/** Undefined for what is no page of the web, such as a place on a map; indices count those, too. */
function sourceOf(chunk: Json): Source | undefined {
  const web = objectOf(objectOf(chunk)?.["web"]);
  const url = filledString(web?.["uri"]);
  return url === undefined ? undefined : { url, title: stringOf(web?.["title"]) ?? url };
}

/**
 * Where a segment lies in the answer's text. Google counts bytes of UTF-8 within one part (@google/genai 3.1.0 `Segment`);
 * in an answer of several parts the words it quotes tell.
 */
function placeOf(
  segment: JsonObject | undefined,
  text: string,
  bytes: Uint8Array,
): Readonly<{ start: number; end: number }> {
  const charsBefore = (index: number) => decoder.decode(bytes.subarray(0, Math.max(0, index))).length;
  let from = charsBefore(numberOf(segment?.["startIndex"]) ?? 0);
  let to = charsBefore(numberOf(segment?.["endIndex"]) ?? bytes.length);
  const quoted = filledString(segment?.["text"]);
  const found = quoted === undefined || text.slice(from, to) === quoted ? -1 : text.indexOf(quoted, from);
  if (quoted !== undefined && found !== -1) {
    from = found;
    to = found + quoted.length;
  }
  return { start: codePoints(text.slice(0, from)), end: codePoints(text.slice(0, Math.max(from, to))) };
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
