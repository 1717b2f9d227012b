import { type Access, createAccess } from "../../runtime/upstream/access.ts";
import { createAccessTokens } from "../../runtime/upstream/access-tokens.ts";

/** Credentials as they are, for providers that read nothing else from outside. */
export const plainAccess: Access = createAccess(
  createAccessTokens({ fetch: globalThis.fetch, now: () => 0 }),
  (text) => (typeof text === "string" ? text : undefined),
);
