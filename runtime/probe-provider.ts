import type { Provider } from "./contract.ts";
import { systemErrorCode } from "./errors.ts";
import { siblingPath } from "./sibling-path.ts";

/** The part of `fetch` a probe needs; tests hand in their own. */
export type Fetch = (url: string, request: RequestInit) => Promise<Response>;

/** What one `GET /v1/models` told about a provider. */
export type ProbeResult =
  | Readonly<{
      kind: "answered";
      status: number;
      /** Undefined when the answer was no list of models. */
      models: readonly string[] | undefined;
    }>
  /** `why` is an error code of the system or `timeout`; never a URL or a header. */
  | Readonly<{ kind: "unreachable"; why: string }>;

const maxListBytes = 4 * 1024 * 1024;
const maxPages = 5;
const maxModels = 5000;

/**
 * Asks a provider for its models, which vendors serve without cost beside their conversations. Anthropic's list is paged
 * (`limit`, `has_more`, `after_id`), OpenAI's and Google's is one. `access` is what it is let in with. Never rejects.
 */
export async function probeProvider(
  provider: Provider,
  access: Readonly<Record<string, string>>,
  fetch: Fetch,
  signal: AbortSignal,
): Promise<ProbeResult> {
  const models: string[] = [];
  const path = siblingPath(provider, provider.format === "gemini" ? "/v1beta/models" : "/v1/models", "");
  let query = firstPage[provider.format] ?? "";
  try {
    for (let page = 0; page < maxPages; page++) {
      const response = await fetch(`${provider.baseUrl}${path}${query}`, {
        headers: probeHeaders(provider, access),
        // Bun would send `x-api-key` on to wherever a redirect points.
        redirect: "manual",
        signal,
      });
      const list = readList(await readText(response, maxListBytes));
      if (response.status !== 200 || list === undefined)
        return { kind: "answered", status: response.status, models: undefined };
      models.push(...list.ids);
      if (list.next === undefined || models.length >= maxModels) break;
      query = `?limit=1000&after_id=${encodeURIComponent(list.next)}`;
    }
    return { kind: "answered", status: 200, models: models.slice(0, maxModels) };
  } catch (thrown) {
    return { kind: "unreachable", why: signal.aborted ? "timeout" : (systemErrorCode(thrown) ?? "error") };
  }
}

function probeHeaders(provider: Provider, access: Readonly<Record<string, string>>): Record<string, string> {
  const headers: Record<string, string> = { accept: "application/json" };
  if (provider.format === "anthropic-messages") headers["anthropic-version"] = "2023-06-01";
  return { ...headers, ...access };
}

const firstPage: Partial<Record<Provider["format"], string>> = {
  "anthropic-messages": "?limit=1000",
  gemini: "?pageSize=1000",
};

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

/** `next` is the cursor of the next page, when there is one. */
function readList(
  text: string | undefined,
): Readonly<{ ids: readonly string[]; next: string | undefined }> | undefined {
  const list = parse(text);
  if (typeof list !== "object" || list === null) return undefined;
  if ("models" in list && Array.isArray(list.models)) return { ids: list.models.flatMap(geminiId), next: undefined };
  if (!("data" in list) || !Array.isArray(list.data)) return undefined;
  const ids = list.data.map((model: unknown) => idOf(model)).filter((id) => id !== undefined);
  const more = "has_more" in list && list.has_more === true && "last_id" in list ? list.last_id : undefined;
  return { ids, next: typeof more === "string" ? more : undefined };
}

/** Google's list calls a model `models/<id>`. */
function geminiId(model: unknown): readonly string[] {
  if (typeof model !== "object" || model === null || !("name" in model) || typeof model.name !== "string") return [];
  const id = idOf({ id: model.name.replace(/^models\//, "") });
  return id === undefined ? [] : [id];
}

function idOf(model: unknown): string | undefined {
  if (typeof model !== "object" || model === null || !("id" in model)) return undefined;
  return typeof model.id === "string" && /^[\x21-\x7e]{1,256}$/.test(model.id) ? model.id : undefined;
}

function parse(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
