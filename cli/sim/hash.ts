import { createHash } from "node:crypto";
import type { Json } from "./json.ts";

/** 32 characters [0-9a-zA-Z_-] that depend on the text alone. */
export function hash(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 32);
}

/** As `hash`, for ids that may hold letters and digits only. */
export function alphanumericHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 24);
}

/** JSON with sorted keys, so that two spellings of one value hash alike. */
export function canonicalJson(value: Json): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner !== "object" || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
