import type { JsonObject } from "../../json.ts";

type File = Readonly<{ id: string; filename: string; purpose: string; bytes: Uint8Array; createdAt: number }>;

/** What the vendor says of a file (OpenAI SDK 7.55, `FileObject`). */
export function fileObject({ id, filename, purpose, bytes, createdAt }: File): JsonObject {
  const about = { bytes: bytes.length, created_at: createdAt, filename, purpose, status: "processed" };
  return { id, object: "file", ...about, status_details: null };
}
