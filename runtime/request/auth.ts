import { createHash, timingSafeEqual } from "node:crypto";
import type { Catalog } from "../contract.ts";
import { failure } from "../errors.ts";
import type { WireError } from "../wire/canonical.ts";

/** Headers that may carry a client's key, besides `authorization: Bearer`: Anthropic's, Azure OpenAI's and Google's names. */
const keyHeaders = ["x-api-key", "api-key", "x-goog-api-key"] as const;

/** What of a request may say who sends it. */
export type Credentials = Pick<Request, "headers" | "url">;

/**
 * Why a request is not let in, or undefined when it is. `open` ignores credentials; `nonempty` wants any; `keys` wants
 * one of `keys`; `auto` is `keys` once there are any and `open` before.
 *
 * Every client API takes every header and Google's `?key=`: the Anthropic SDK sends `x-api-key` up to 0.x and
 * `Authorization: Bearer` from 1.0, and Claude Code sends both, possibly different ones, when both its variables are
 * set. One known key is enough.
 */
export function authenticate(
  credentials: Credentials,
  mode: Catalog["auth"]["mode"],
  keys: readonly string[],
): WireError | undefined {
  if (mode === "open" || (mode === "auto" && keys.length === 0)) return undefined;
  const presented = presentedKeys(credentials);
  if (presented.length === 0) return missing;
  if (mode === "nonempty" || presented.some((key) => isKnown(key, keys))) return undefined;
  return wrong;
}

/**
 * Whose requests belong together, as a digest that tells nothing of the key: those that present the same known key, or
 * any same key where none is known. Clients without a key are one tenant.
 */
export function tenantOf(credentials: Credentials, keys: readonly string[]): string {
  return digestOf(usedKey(credentials, keys) ?? "");
}

/** Names the key that a request came with, in traces and bills: the head of its digest. Undefined without a key. */
export function clientKeyId(credentials: Credentials, keys: readonly string[]): string | undefined {
  const key = usedKey(credentials, keys);
  return key && digestOf(key).slice(0, keyIdLength);
}

/** 72 bits: no two keys of a gateway ever share them. */
const keyIdLength = 12;

const missing = failure(
  "client-auth",
  "No API key. Send it as `Authorization: Bearer <key>`, as `x-api-key` or as `x-goog-api-key`.",
);
const wrong = failure("client-auth", "This API key is not one of the gateway's own keys.");

function presentedKeys({ headers, url }: Credentials): readonly string[] {
  // RFC 9110 section 11.1: the scheme's case does not matter.
  const bearer = /^bearer\s+(.*)$/i.exec(headers.get("authorization")?.trim() ?? "")?.[1];
  const inUrl = url.includes("key=") ? new URL(url).searchParams.get("key") : null;
  const candidates = [bearer, ...keyHeaders.map((name) => headers.get(name)), inUrl];
  return candidates.flatMap((value) => value?.trim() || []);
}

/** The one that counts: a known one, else the first. */
function usedKey(credentials: Credentials, keys: readonly string[]): string | undefined {
  const presented = presentedKeys(credentials);
  const known = presented.length > 1 ? presented.find((key) => isKnown(key, keys)) : undefined;
  return known ?? presented[0];
}

/** Compares with every key, and by digest, so that the time taken tells nothing about any of them. */
function isKnown(presented: string, keys: readonly string[]): boolean {
  const digest = sha256(presented);
  let known = false;
  for (const key of keys) known = timingSafeEqual(sha256(key), digest) || known;
  return known;
}

function digestOf(key: string): string {
  return createHash("sha256").update(key).digest("base64url");
}

function sha256(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}
