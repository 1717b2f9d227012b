import { brotliDecompress, gunzip, inflate, zstdDecompress } from "node:zlib";
import { concat } from "../read-all.ts";
import type { Json, JsonObject, WireError } from "../wire/canonical.ts";
import { jsonTooDeepAt } from "./json-depth.ts";
import { createJsonScan } from "./json-scan.ts";

/** `maxBodyBytes` holds for the body as sent and again after decoding. */
export type BodyLimits = Readonly<{ maxBodyBytes: number; maxJsonDepth: number }>;

export type RequestBody =
  /** `bytes` are decoded; `text` and `json` are the same bytes read further. */
  | Readonly<{ kind: "body"; bytes: Uint8Array; text: string; json: JsonObject }>
  | Readonly<{ kind: "error"; error: WireError }>
  /** The client left before its body was whole: nobody reads an answer. */
  | Readonly<{ kind: "client-gone" }>;

type Bytes = Readonly<{ kind: "bytes"; bytes: Uint8Array }>;

/**
 * Reads a request's JSON object. A declared length over the limit is refused before reading, an undeclared one at the
 * limit; the same for what a compressed body unpacks to (RFC 9110 section 8.4: gzip, deflate, br, and zstd of RFC 8878).
 * Errors: 413 too large, 415 unknown coding, 400 broken coding, UTF-8, JSON, nesting, or not an object. No message
 * repeats any content of the body.
 */
export async function readRequestBody(request: Request, limits: BodyLimits): Promise<RequestBody> {
  const encoded = await readBytes(request, limits.maxBodyBytes);
  if (encoded.kind !== "bytes") return encoded;
  const coding = request.headers.get("content-encoding");
  const decoded = coding === null ? encoded : await decode(coding.toLowerCase(), encoded.bytes, limits.maxBodyBytes);
  return decoded.kind === "bytes" ? parse(decoded.bytes, limits.maxJsonDepth) : decoded;
}

async function readBytes(request: Request, maxBytes: number): Promise<Bytes | RequestBody> {
  const declared = request.headers.get("content-length");
  if (Number(declared ?? 0) > maxBytes) return tooLarge(maxBytes);
  try {
    // The HTTP parser holds a client to the length it declared, and a reader costs as much as the rest of a small request.
    if (declared !== null) return { kind: "bytes", bytes: new Uint8Array(await request.arrayBuffer()) };
    return (await readStream(request.body, maxBytes)) ?? tooLarge(maxBytes);
  } catch {
    return { kind: "client-gone" };
  }
}

/** Undefined when there is more than `maxBytes`; the rest is not read. */
async function readStream(body: ReadableStream<Uint8Array> | null, maxBytes: number): Promise<Bytes | undefined> {
  const reader = body?.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (let read = await reader?.read(); read?.done === false; read = await reader?.read()) {
    size += read.value.byteLength;
    if (size > maxBytes) {
      // Nothing waits for this: a client that goes on sending is the server's to cut.
      reader?.cancel().catch(() => undefined);
      return undefined;
    }
    chunks.push(read.value);
  }
  return { kind: "bytes", bytes: concat(chunks, size) };
}

type Decoder = (
  bytes: Uint8Array,
  options: Readonly<{ maxOutputLength: number }>,
  done: (error: Error | null, output: Uint8Array) => void,
) => void;

const decoders: ReadonlyMap<string, Decoder> = new Map<string, Decoder>([
  ["gzip", gunzip],
  ["x-gzip", gunzip],
  ["deflate", inflate],
  ["br", brotliDecompress],
  ["zstd", zstdDecompress],
]);

/** zlib unpacks in steps off the main thread and stops at `maxOutputLength`, so a bomb costs no more than the limit. */
function decode(coding: string, bytes: Uint8Array, maxBytes: number): Promise<Bytes | RequestBody> {
  if (coding === "identity") return Promise.resolve({ kind: "bytes", bytes });
  const decoder = decoders.get(coding);
  if (decoder === undefined) return Promise.resolve(unknownCoding());
  return new Promise((resolve) => {
    decoder(bytes, { maxOutputLength: maxBytes }, (error, output) => {
      if (error === null) resolve({ kind: "bytes", bytes: output });
      else if ("code" in error && error.code === "ERR_BUFFER_TOO_LARGE") resolve(tooLarge(maxBytes));
      else resolve(invalid("The request body is not what its content-encoding header says."));
    });
  });
}

/** A byte order mark stays in the text, where JSON.parse refuses it: the upstream would get it too. */
const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function parse(bytes: Uint8Array, maxDepth: number): RequestBody {
  if (bytes.byteLength === 0) return invalid("The request has no body; a JSON object is expected.");
  let text: string;
  try {
    text = strictUtf8.decode(bytes);
  } catch {
    return invalid("The request body is not valid UTF-8.");
  }
  const deepAt = jsonTooDeepAt(text, maxDepth);
  if (deepAt !== undefined) {
    return invalid(`The request body is nested deeper than ${maxDepth} levels at ${place(text, deepAt)}.`);
  }
  let json: Json;
  try {
    json = JSON.parse(text);
  } catch {
    return invalid(syntaxMessage(text));
  }
  if (!isObject(json)) return invalid("The request body is not a JSON object.");
  return { kind: "body", bytes, text, json };
}

/** Says where, never what: the engine's own message quotes the body, and a body may hold anything. */
function syntaxMessage(text: string): string {
  const scan = createJsonScan()(text);
  if (scan.kind !== "invalid")
    return `The request body is not valid JSON: it ends too early, at ${place(text, text.length)}.`;
  const what = scan.afterValue ? "text after the JSON value" : "unexpected character";
  return `The request body is not valid JSON: ${what} at ${place(text, scan.at)}.`;
}

function place(text: string, offset: number): string {
  const before = text.slice(0, offset).split("\n");
  return `line ${before.length} column ${(before.at(-1) ?? "").length + 1}`;
}

function isObject(json: Json): json is JsonObject {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

function invalid(message: string): RequestBody {
  return { kind: "error", error: { class: "invalid-request", status: 400, message } };
}

function tooLarge(maxBytes: number): RequestBody {
  const message = `The request body is larger than this gateway accepts (${maxBytes} bytes).`;
  return { kind: "error", error: { class: "too-large", status: 413, message } };
}

function unknownCoding(): RequestBody {
  const message = "The request's content-encoding is not supported; send gzip, deflate, br, zstd or none.";
  return { kind: "error", error: { class: "unsupported-media", status: 415, message } };
}
