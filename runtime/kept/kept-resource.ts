import { type ClientDialect, clientDialect } from "../request/client-dialect.ts";

/** Something a vendor keeps for its account, by the path its clients ask for. */
export type KeptResource = Readonly<{
  dialect: ClientDialect;
  /** As people call it. */
  name: "files" | "uploads" | "batches";
  /** That is asked for; undefined for all of them, or for a new one. */
  id: string | undefined;
  /** The answer is what is kept, not a description of it. */
  isContent: boolean;
}>;

const shapes: readonly Readonly<{ pattern: RegExp; name: KeptResource["name"]; dialect?: ClientDialect }>[] = [
  { pattern: /^\/v1\/messages\/batches(?:\/([^/]+)(\/results)?)?/, name: "batches", dialect: "anthropic-messages" },
  { pattern: /^\/v1\/batches(?:\/([^/]+))?/, name: "batches", dialect: "openai-chat" },
  { pattern: /^\/v1\/uploads(?:\/([^/]+))?/, name: "uploads", dialect: "openai-chat" },
  { pattern: /^\/(?:upload\/)?v1beta\/files(?:\/([^/:]+)(:download)?)?/, name: "files", dialect: "gemini" },
  { pattern: /^\/upload\/v1\/files(?:\/([^/:]+))?/, name: "files", dialect: "gemini" },
  { pattern: /^\/v1\/files(?:\/([^/:]+)(\/content|:download)?)?/, name: "files" },
];

/** A step up, as URL parsers read it: it would lead out of the vendor's API for things that are kept. */
const dotSegment = /(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/i;

/** What a canonical path asks for, undefined where it asks for none of them; `/v1/files` is OpenAI's, Anthropic's or Google's, by who asks. */
export function keptResource(headers: Headers, path: string, query: URLSearchParams): KeptResource | undefined {
  if (dotSegment.test(path)) return undefined;
  for (const { pattern, name, dialect } of shapes) {
    const found = pattern.exec(path);
    if (found === null) continue;
    const [, id, content] = found;
    return { name, dialect: dialect ?? clientDialect(headers, path, query), id, isContent: content !== undefined };
  }
  return undefined;
}
