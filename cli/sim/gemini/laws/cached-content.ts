import type { Law } from "./law.ts";

/** No contents are cached here, and the vendor does not tell "not there" from "not yours". */
export const cachedContent: Law = (body) =>
  body["cachedContent"] === undefined
    ? undefined
    : { status: 403, type: "PERMISSION_DENIED", message: "CachedContent not found (or permission denied)" };
