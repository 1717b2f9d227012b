/** Base64 bytes without white space, and what they are. */
export type Media = Readonly<{ mediaType: string; data: string }>;

/** Names in use that no registry knows. */
const aliases: Readonly<Record<string, string>> = { "image/jpg": "image/jpeg", "image/x-png": "image/png" };

/** First bytes as Latin-1 text, by media type. RIFF holds more than WebP, so that one is looked at twice. */
const signatures = [
  ["image/png", /^\x89PNG/],
  ["image/jpeg", /^\xff\xd8\xff/],
  ["image/gif", /^GIF8[79]a/],
  ["image/webp", /^RIFF[\s\S]{4}WEBP/],
  ["application/pdf", /^%PDF-/],
] as const satisfies readonly (readonly [string, RegExp])[];

/** Enough base64 for the longest signature above (12 bytes). */
const headChars = 24;

/**
 * Reads a data URL (RFC 2397) the way clients write them: scheme and `;base64` in any case, parameters ignored, white
 * space inside the base64 dropped, a missing media type recognised by the first bytes. Text that is not base64 is
 * percent-decoded and encoded. Undefined when `url` is no data URL, holds no base64 or is of no recognisable type.
 */
export function parseDataUrl(url: string): Media | undefined {
  if (url.slice(0, 5).toLowerCase() !== "data:") return undefined;
  const comma = url.indexOf(",");
  if (comma === -1) return undefined;
  const [declared = "", ...parameters] = url.slice(5, comma).split(";");
  const isBase64 = parameters.some((parameter) => parameter.trim().toLowerCase() === "base64");
  const data = isBase64 ? cleanBase64(url.slice(comma + 1)) : percentToBase64(url.slice(comma + 1));
  if (data === undefined) return undefined;
  const named = declared.trim().toLowerCase();
  const mediaType = named === "" ? sniffMediaType(data) : (aliases[named] ?? named);
  return mediaType === undefined ? undefined : { mediaType, data };
}

export function toDataUrl(media: Media): string {
  return `data:${media.mediaType};base64,${media.data}`;
}

/** The type of PNG, JPEG, GIF, WebP and PDF bytes by their signature; undefined for anything else. */
export function sniffMediaType(base64: string): string | undefined {
  const head = latin1(base64.slice(0, headChars));
  return signatures.find(([, pattern]) => pattern.test(head))?.[0];
}

/** Base64 in its standard alphabet and without white space; undefined when it holds a foreign character. */
export function cleanBase64(text: string): string | undefined {
  const data = text.replaceAll(/\s+/g, "").replaceAll("-", "+").replaceAll("_", "/");
  return /^[A-Za-z0-9+/]*={0,2}$/.test(data) ? data : undefined;
}

/** UTF-8 text of base64 bytes; undefined when they are not base64. */
export function base64ToText(data: string): string | undefined {
  try {
    return new TextDecoder().decode(Uint8Array.fromBase64(data));
  } catch {
    return undefined;
  }
}

function percentToBase64(text: string): string | undefined {
  try {
    return new TextEncoder().encode(decodeURIComponent(text)).toBase64();
  } catch {
    return undefined;
  }
}

function latin1(base64: string): string {
  try {
    return atob(base64.slice(0, base64.length - (base64.length % 4)));
  } catch {
    return "";
  }
}
