import type { IncomingMessage } from "node:http";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { failure, systemErrorCode } from "../errors.ts";
import { concat } from "../read-all.ts";
import { version } from "../version.ts";
import type { WireError } from "../wire/canonical.ts";
import { type Media, sniffMediaType } from "../wire/media.ts";
import { guardedLookup, PrivateAddress } from "./guarded-lookup.ts";
import { isPublicAddress } from "./is-public-address.ts";

export type DownloadLimits = Readonly<{
  maxBytes: number;
  /** From the first connection to the last byte, redirects included. */
  timeoutMs: number;
  /** For a gateway whose users may reach its own network anyway. */
  allowPrivate: boolean;
}>;

const maxRedirects = 3;
/** What hosts say of files they know nothing about. */
const untold = new Set(["", "application/octet-stream", "binary/octet-stream"]);

/**
 * Fetches what a request names by URL, for an upstream that cannot. Never rejects; what is wrong is the request's fault.
 * `resolve` says which address a name stands for, and refuses private ones.
 */
export async function downloadMedia(
  url: string,
  limits: DownloadLimits,
  resolve: LookupFunction = guardedLookup,
): Promise<Media | WireError> {
  const deadline = AbortSignal.timeout(limits.timeoutMs);
  try {
    let at = new URL(url);
    for (let hops = 0; hops <= maxRedirects; hops++) {
      const answer = await get(at, limits.allowPrivate ? undefined : resolve, deadline);
      const status = answer.statusCode ?? 0;
      const { location } = answer.headers;
      if (status >= 300 && status < 400 && location !== undefined) {
        answer.destroy();
        at = new URL(location, at);
        continue;
      }
      if (status !== 200) {
        answer.destroy();
        return unreachable(url, `its host answered ${status}`);
      }
      return await readMedia(url, answer, limits);
    }
    return unreachable(url, `it redirects more than ${maxRedirects} times`);
  } catch (thrown) {
    return unreachable(url, whyFailed(thrown, deadline, limits));
  }
}

/** Resolves with the answer's head. Cookies, credentials and the client's own headers never go along. */
function get(url: URL, lookup: LookupFunction | undefined, signal: AbortSignal): Promise<IncomingMessage> {
  if (url.protocol !== "http:" && url.protocol !== "https:") throw new Error("it is no http or https address");
  if (url.username !== "" || url.password !== "") throw new Error("it holds credentials");
  // A literal address is never looked up.
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  if (lookup !== undefined && isIP(host) !== 0 && !isPublicAddress(host)) throw new PrivateAddress(host);
  const send = url.protocol === "https:" ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const headers = { "user-agent": `arouter/${version}`, accept: "*/*", "accept-encoding": "identity" };
    // A connection of its own: a pooled one was made to an address that nobody checked for this request.
    const sent = send(
      url,
      { method: "GET", headers, signal, agent: false, ...(lookup === undefined ? {} : { lookup }) },
      resolve,
    );
    sent.on("error", reject);
    sent.end();
  });
}

async function readMedia(
  url: string,
  answer: IncomingMessage,
  { maxBytes }: DownloadLimits,
): Promise<Media | WireError> {
  const tooLarge = () => unreachable(url, `it is larger than ${maxBytes} bytes (translation.download_max_bytes)`);
  if (Number(answer.headers["content-length"] ?? 0) > maxBytes) {
    answer.destroy();
    return tooLarge();
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer) {
    if (!(chunk instanceof Uint8Array)) continue;
    size += chunk.length;
    if (size > maxBytes) {
      answer.destroy();
      return tooLarge();
    }
    chunks.push(chunk);
  }
  const data = concat(chunks, size).toBase64();
  const declared = (answer.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  // Bytes do not lie; hosts that do not know a type, or serve a picture as text, do.
  const mediaType = sniffMediaType(data) ?? (untold.has(declared) ? undefined : declared);
  return mediaType === undefined ? unreachable(url, "its host does not say of what type it is") : { mediaType, data };
}

function whyFailed(thrown: unknown, deadline: AbortSignal, limits: DownloadLimits): string {
  if (deadline.aborted) return `it did not arrive within ${limits.timeoutMs} ms (translation.download_timeout_ms)`;
  const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
  if (cause instanceof PrivateAddress) return "it leads into a private network";
  const code = systemErrorCode(thrown);
  if (code !== undefined) return `its host cannot be reached (${code})`;
  return thrown instanceof Error ? thrown.message : "its host cannot be reached";
}

/** The query may hold a signature, so it is not repeated. */
function unreachable(url: string, why: string): WireError {
  const shown = url.replace(/[?#].*$/s, "").slice(0, 200);
  return failure("invalid-request", `The file at ${shown} could not be fetched: ${why}. Send it as base64 instead.`, {
    code: "media_unreachable",
  });
}
