import type { Surface } from "../contract.ts";
import { systemErrorCode } from "../errors.ts";
import { siblingPath } from "../upstream/sibling-path.ts";
import { parseJson } from "../wire/json.ts";
import { type ListedModel, readListPage } from "./listed-model.ts";

/** The part of `fetch` this needs; tests hand in their own. */
export type Fetch = (url: string, request: RequestInit) => Promise<Response>;

/** What one `GET /v1/models` told about a provider. */
export type ModelsAnswer =
  | Readonly<{
      kind: "answered";
      status: number;
      /** Undefined when the answer was no list of models. */
      models: readonly ListedModel[] | undefined;
      /** The bodies as they came, the last one included that was no list; one that is too long is left out. */
      pages: readonly string[];
      /** Where a redirect leads. */
      location: string | undefined;
    }>
  /** `why` is an error code of the system or `timeout`; never a URL or a header. */
  | Readonly<{ kind: "unreachable"; why: string }>;

const maxListBytes = 4 * 1024 * 1024;
const maxPages = 5;
const maxModels = 5000;

/**
 * Asks an upstream for its models, which vendors serve without cost beside their conversations. `access` is what it is let
 * in with. Never rejects.
 */
export async function askModels(
  surface: Pick<Surface, "baseUrl" | "format" | "path">,
  access: Readonly<Record<string, string>>,
  fetch: Fetch,
  signal: AbortSignal,
): Promise<ModelsAnswer> {
  const models: ListedModel[] = [];
  const pages: string[] = [];
  let query = firstPage[surface.format] ?? {};
  try {
    for (;;) {
      const response = await fetch(modelsUrl(surface, query), {
        headers: listHeaders(surface, access),
        // Bun would send `x-api-key` on to wherever a redirect points.
        redirect: "manual",
        signal,
      });
      const text = await readText(response, maxListBytes);
      if (text !== undefined) pages.push(text);
      const list = text === undefined ? undefined : readListPage(parseJson(text));
      if (response.status !== 200 || list === undefined) {
        const location = response.headers.get("location") ?? undefined;
        return { kind: "answered", status: response.status, models: undefined, pages, location };
      }
      models.push(...list.models);
      if (list.next === undefined || pages.length >= maxPages || models.length >= maxModels) break;
      query = { ...firstPage[surface.format], ...list.next };
    }
    return { kind: "answered", status: 200, models: models.slice(0, maxModels), pages, location: undefined };
  } catch (thrown) {
    return { kind: "unreachable", why: signal.aborted ? "timeout" : (systemErrorCode(thrown) ?? "error") };
  }
}

/** Where an upstream lists its models. */
export function modelsUrl(
  surface: Pick<Surface, "baseUrl" | "format" | "path">,
  query: Readonly<Record<string, string>> = {},
): string {
  const own = surface.format === "gemini" ? "/v1beta/models" : "/v1/models";
  const url = new URL(`${surface.baseUrl}${siblingPath(surface, own, "")}`);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}

/** Pages as long as the vendors give them: Anthropic's "List models", Google's "models.list". */
const firstPage: Readonly<Partial<Record<Surface["format"], Readonly<Record<string, string>>>>> = {
  "anthropic-messages": { limit: "1000" },
  gemini: { pageSize: "1000" },
};

function listHeaders(
  { format }: Pick<Surface, "format">,
  access: Readonly<Record<string, string>>,
): Record<string, string> {
  const version = format === "anthropic-messages" ? { "anthropic-version": "2023-06-01" } : {};
  return { accept: "application/json", ...version, ...access };
}

/** Always ends the body, as an unread one keeps its connection. Undefined when it is longer than `maxBytes`. */
async function readText(response: Response, maxBytes: number): Promise<string | undefined> {
  const decoder = new TextDecoder();
  const reader = response.body?.getReader();
  let text = "";
  let size = 0;
  for (let read = await reader?.read(); read?.done === false; read = await reader?.read()) {
    size += read.value.byteLength;
    if (size > maxBytes) {
      await reader?.cancel();
      return undefined;
    }
    text += decoder.decode(read.value, { stream: true });
  }
  return text + decoder.decode();
}
