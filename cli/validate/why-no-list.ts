import type { ModelsAnswer } from "../../runtime/model-list/ask-models.ts";
import { parseJson } from "../../runtime/wire/json.ts";

/** What was asked. */
type Question = Readonly<{
  url: string;
  /** What holds the key; empty when it was asked without one. */
  where: string;
  /** The `type` that the server would be right for. */
  speaks: string | undefined;
  timeoutMs: number;
}>;

/** Why a provider gave no list of models, and what to change: the rest of a sentence about it. */
export function whyNoList(answer: ModelsAnswer, { url, where, speaks, timeoutMs }: Question): string {
  if (answer.kind === "unreachable") return unreachable(answer.why, url, timeoutMs);
  if (speaks !== undefined) {
    return `speaks another API than it is configured for: ${url} gave no list (${answer.status}), and the ${speaks} API has one there. Set type = "${speaks}".`;
  }
  const { status } = answer;
  if (status === 401 || status === 403) return refused(status, where);
  if (status === 404 || status === 405) {
    return `answers ${status} at ${url}: base_url probably lacks a part of its path, such as /v1 or /api, or has one too many, or the provider's type is wrong.`;
  }
  if (status === 429) return `answers 429 at ${url}: too many requests, or no credit left. Try again later.`;
  if (status >= 300 && status < 400) return redirected(status, url, answer.location);
  if (status >= 500) return `answers ${status} at ${url}: it is out of order. Try again later.`;
  const [text = ""] = answer.pages;
  if (/^\s*</.test(text)) {
    return `answers HTML, not JSON, at ${url}: base_url leads to a web page. Take the API's address from the vendor's documentation.`;
  }
  const what = parseJson(text) === undefined ? "something that is no JSON" : "JSON that is no list of models";
  return `answers ${status} with ${what} at ${url}. Check base_url and type.`;
}

function refused(status: 401 | 403, where: string): string {
  if (where === "") return `wants a key (${status}), and auth = "none" says that it needs none. Set auth and api_key.`;
  if (status === 401) return `refuses the key in ${where} (401). Set ${where} to a key that is valid there.`;
  return `does not let the key in ${where} list models (403). Give the key that permission, or use one of the right project or region.`;
}

function unreachable(why: string, url: string, timeoutMs: number): string {
  const { host } = new URL(url);
  switch (why) {
    case "timeout":
      return `did not answer within ${timeoutMs / 1000} s at ${url}. Check base_url, or give it longer with --timeout.`;
    case "ENOTFOUND":
    case "FailedToOpenSocket":
    case "ENOENT":
      return `cannot be reached: the host ${host} is not known (${why}). Check base_url.`;
    case "ECONNREFUSED":
    case "ConnectionRefused":
      return `cannot be reached: nothing listens on ${host} (${why}). Start it, or check base_url.`;
    default:
      return `cannot be reached at ${url} (${why}). Check base_url and the network.`;
  }
}

/** Without the query of where it leads, which may hold a secret. */
function redirected(status: number, url: string, location: string | undefined): string {
  const target = location !== undefined && URL.canParse(location, url) ? new URL(location, url) : undefined;
  const to = target === undefined ? "" : ` to ${target.origin}${target.pathname}`;
  return `answers ${status} at ${url}: a redirect${to}, which is not followed with a key. Set base_url to the API's own address.`;
}
