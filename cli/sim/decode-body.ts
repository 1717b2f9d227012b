import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate, zstdDecompress } from "node:zlib";

const decoders: Readonly<Record<string, (bytes: Uint8Array) => Promise<Uint8Array>>> = {
  gzip: promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
  zstd: promisify(zstdDecompress),
};

/** The body decompressed; rejects with a SyntaxError for an unknown Content-Encoding or a body that is not encoded so. */
export async function decodeBody(bytes: Uint8Array, encoding: string | undefined): Promise<Uint8Array> {
  if (encoding === undefined || encoding === "identity") return bytes;
  const decode = decoders[encoding];
  if (decode === undefined) throw new SyntaxError(`unsupported content-encoding: ${encoding}`);
  try {
    return await decode(bytes);
  } catch {
    throw new SyntaxError(`the body is not ${encoding}`);
  }
}
