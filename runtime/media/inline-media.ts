import { failure } from "../errors.ts";
import type { Block, MediaSource, Request, Turn, WireError } from "../wire/canonical.ts";
import type { UpstreamCodec, UpstreamTarget } from "../wire/codec.ts";
import type { Media } from "../wire/media.ts";

/** Fetches one URL; the same URL is asked for once per request, whatever upstreams it is put to. */
export type Fetcher = (url: string) => Promise<Media | WireError>;

/** A request that names more files than this is no conversation. */
const maxFiles = 20;

/** Which URLs of a request the upstream does not fetch itself, in order, each once. */
export function urlsToInline(request: Request, upstream: UpstreamCodec, target: UpstreamTarget): readonly string[] {
  const urls = new Set<string>();
  mapMedia(request, (kind, source) => {
    if (source.kind === "url" && !upstream.takesUrl(kind, source.url, target)) urls.add(source.url);
    return source;
  });
  return [...urls];
}

/** The request with those files in place of their URLs. */
export async function inlineMedia(
  request: Request,
  urls: readonly string[],
  fetch: Fetcher,
): Promise<Request | WireError> {
  if (urls.length > maxFiles) {
    const message = `This model's provider fetches no files, and the gateway fetches at most ${maxFiles} for one request; there are ${urls.length}. Send them as base64.`;
    return failure("invalid-request", message, { code: "too_many_files" });
  }
  const files = new Map<string, Media>();
  const fetched = await Promise.all(urls.map(async (url) => ({ url, media: await fetch(url) })));
  for (const { url, media } of fetched) {
    if ("class" in media) return media;
    files.set(url, media);
  }
  return mapMedia(request, (_kind, source) => {
    const media = source.kind === "url" ? files.get(source.url) : undefined;
    return media === undefined ? source : { kind: "base64", ...media };
  });
}

type MediaKind = "image" | "document" | "video";

function mapMedia(request: Request, change: (kind: MediaKind, source: MediaSource) => MediaSource): Request {
  const changeBlock = (block: Block): Block => {
    switch (block.kind) {
      case "image":
      case "document":
      case "video":
        return { ...block, source: change(block.kind, block.source) };
      case "tool-result":
        return { ...block, blocks: block.blocks.map(changeBlock) };
      default:
        return block;
    }
  };
  const changeTurn = (turn: Turn): Turn => ({ ...turn, blocks: turn.blocks.map(changeBlock) });
  return { ...request, system: request.system.map(changeBlock), turns: request.turns.map(changeTurn) };
}
