import type { Provider } from "./contract.ts";
import { systemErrorCode } from "./errors.ts";

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
 * Asks a provider for its models, which both vendors' APIs serve at `/v1/models` without cost. Anthropic's is paged
 * (`limit`, `has_more`, `after_id`), OpenAI's is one list. Never rejects.
 */
export async function probeProvider(
  provider: Provider,
  key: string | undefined,
  fetch: Fetch,
  signal: AbortSignal,
): Promise<ProbeResult> {
  const models: string[] = [];
  let query = provider.format === "anthropic-messages" ? "?limit=1000" : "";
  try {
    for (let page = 0; page < maxPages; page++) {
      const response = await fetch(`${provider.baseUrl}/v1/models${query}`, {
        headers: probeHeaders(provider, key),
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

function probeHeaders(provider: Provider, key: string | undefined): Record<string, string> {
  const headers: Record<string, string> = { accept: "application/json" };
  if (provider.format === "anthropic-messages") headers["anthropic-version"] = "2023-06-01";
  if (key !== undefined && provider.auth === "bearer") headers["authorization"] = `Bearer ${key}`;
  if (key !== undefined && provider.auth === "x-api-key") headers["x-api-key"] = key;
  return headers;
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

/** `next` is the cursor of the next page, when there is one. */
function readList(
  text: string | undefined,
): Readonly<{ ids: readonly string[]; next: string | undefined }> | undefined {
  const list = parse(text);
  if (typeof list !== "object" || list === null || !("data" in list) || !Array.isArray(list.data)) return undefined;
  const ids = list.data.map((model: unknown) => idOf(model)).filter((id) => id !== undefined);
  const more = "has_more" in list && list.has_more === true && "last_id" in list ? list.last_id : undefined;
  return { ids, next: typeof more === "string" ? more : undefined };
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
