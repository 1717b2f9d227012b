import type { Surface, WireFormat } from "../contract.ts";
import { upstreamHeaders } from "../upstream/upstream-headers.ts";
import { codecs } from "../wire/formats.ts";

/** Of a client's request, besides what its vendor's API reads anyway. */
const asked = [
  "content-type",
  "accept",
  "range",
  "x-goog-upload-protocol",
  "x-goog-upload-command",
  "x-goog-upload-offset",
  "x-goog-upload-header-content-length",
  "x-goog-upload-header-content-type",
  "x-goog-upload-file-name",
];

/** Of a vendor's answer. Cookies, account names and what describes the connection stay behind. */
const told = [
  "content-type",
  "content-disposition",
  "content-range",
  "retry-after",
  "x-goog-upload-url",
  "x-goog-upload-status",
  "x-goog-upload-chunk-granularity",
  "x-goog-upload-size-received",
];

/** A vendor gets what the gateway is let in with, and of the client what describes its body. */
export function askHeaders(
  client: Headers,
  surface: Surface,
  access: Readonly<Record<string, string>>,
  isUpload: boolean,
): Record<string, string> {
  const upstream = codecs[surface.format];
  const headers = upstreamHeaders({ native: true, surface, upstream }, access, client, false);
  // What has no body has no type of one either.
  delete headers["content-type"];
  for (const name of asked) {
    const value = client.get(name);
    if (value !== null) headers[name] = value;
  }
  // JSON was decoded when it was read; an upload passes as it is.
  const coding = client.get("content-encoding");
  if (isUpload && coding !== null) headers["content-encoding"] = coding;
  return headers;
}

export function replyHeadersOf(upstream: Headers, format: WireFormat): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of [...told, ...codecs[format].rateLimitHeaders]) {
    const value = upstream.get(name);
    if (value !== null) headers[name] = value;
  }
  return headers;
}
