import { failure } from "../errors.ts";
import { authenticate } from "../request/auth.ts";
import type { WireError } from "../wire/canonical.ts";

/** Who may see how the gateway works, and who may change it. */
export type OperatorAccess = Readonly<{
  /** `admin.key`; undefined when none is configured. */
  key: string | undefined;
  /** Nobody beyond this machine can connect. */
  loopbackOnly: boolean;
}>;

const hint = "Set [admin] key in the configuration and present it as `Authorization: Bearer <key>`.";
const locked = failure("permission", `This page is for the gateway's operator. ${hint}`, { code: "operator_only" });
const noKey = failure("permission", `This changes the gateway, which needs a key. ${hint}`, { code: "operator_only" });
const foreign = failure("permission", `Without a key, other sites' pages may not read this. ${hint}`, {
  code: "cross_site",
});

/**
 * Why an operator's page is refused, or undefined. With a key configured it must be presented. Without one, pages that
 * only tell are open as long as nobody but this machine can connect, and never to a web page of another site; what
 * changes something is refused.
 */
export function operatorRefusal(
  headers: Headers,
  { key, loopbackOnly }: OperatorAccess,
  does: "tells" | "changes",
): WireError | undefined {
  if (key !== undefined) return authenticate({ headers, url: "" }, "keys", [key]);
  if (does === "changes") return noKey;
  if (!loopbackOnly || isForwarded(headers)) return locked;
  return isForeign(headers) ? foreign : undefined;
}

/** A proxy on this machine lets others in through the loopback address. */
function isForwarded(headers: Headers): boolean {
  return ["forwarded", "x-forwarded-for", "x-real-ip"].some((name) => headers.has(name));
}

/**
 * A browser says where a request comes from (Fetch Metadata, W3C; older ones with `origin` alone), and other programs say
 * nothing. A foreign name in `host` is a site whose name was made to point here (DNS rebinding), for which a page of its
 * own counts as the same origin.
 */
function isForeign(headers: Headers): boolean {
  const host = headers.get("host");
  if (host !== null && !localHost.test(host)) return true;
  const site = headers.get("sec-fetch-site");
  if (site !== null) return site !== "same-origin" && site !== "none";
  const origin = headers.get("origin");
  return origin !== null && (!URL.canParse(origin) || new URL(origin).host !== host);
}

const localHost = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;
