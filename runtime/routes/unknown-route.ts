import type { Hono } from "hono";
import type { WireFormat } from "../contract.ts";
import { failure } from "../errors.ts";
import { clientDialect } from "../request/client-dialect.ts";
import { openExchange } from "../request/exchange.ts";
import type { Connection } from "../server/app.ts";
import type { Dependencies } from "../server/dependencies.ts";
import type { WireError } from "../wire/canonical.ts";
import { codecs } from "../wire/formats.ts";

/** Paths that belong to one vendor, whoever asks: their errors are in its format. */
const families: readonly (readonly [RegExp, WireFormat])[] = [
  [/^\/(?:upload\/)?v1beta\//, "gemini"],
  [/^\/v1\/(?:models\/.+:[a-zA-Z]+$|tunedModels|interactions|cachedContents|fileSearchStores|operations)/, "gemini"],
  [/^\/v1\/(?:messages|complete$|organizations|agents|sessions)/, "anthropic-messages"],
  [/^\/(?:managed|oauth|\.well-known)\//, "anthropic-messages"],
  [/^\/v1\/responses/, "openai-responses"],
  [/^\/v1\/(?:chat|completions|embeddings|threads|assistants|conversations|audio|images|realtime)/, "openai-chat"],
];

/** APIs of Google's that its clients call and this gateway lacks; Google itself says 501 to those. */
const lackedByGoogle = /^\/v1(?:beta)?\/(?:interactions|cachedContents|fileSearchStores|operations|tunedModels)/;

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

/**
 * Nothing is served here: 405 where another method is, else 404, in the words of the vendor whose clients call such
 * paths. None of them is worth another try, and agents are told so: they retry what they take for a fault of ours.
 */
export function unknownRoute(
  app: Hono<{ Bindings: Connection }>,
  request: Request,
  path: string,
  deps: Dependencies,
): Response {
  const exchange = openExchange(request, codecs[formatOf(request, path)], deps);
  const allowed = methods.filter((method) => app.router.match(method, path)[0].length > 0);
  const reply = exchange.fail(whyUnknown(request.method, path, allowed));
  if (allowed.length > 0 && !allowed.some((method) => method === request.method)) {
    reply.headers.set("allow", allowed.join(", "));
  }
  reply.headers.set("x-should-retry", "false");
  return reply;
}

/** Codex asks for a WebSocket first: 426 makes it go on over HTTP at once, 400 would end it (Codex 0.169). */
export function upgradeRequired(request: Request, deps: Dependencies): Response {
  const message =
    "This gateway serves the Responses API over HTTP only, not over a WebSocket: send POST /v1/responses.";
  const error = failure("invalid-request", message, { status: 426, code: "upgrade_required" });
  const reply = openExchange(request, codecs["openai-responses"], deps).fail(error);
  const headers = new Headers(reply.headers);
  headers.set("upgrade", "HTTP/1.1");
  headers.set("x-should-retry", "false");
  return new Response(reply.body, { status: 426, headers });
}

function formatOf(request: Request, path: string): WireFormat {
  const family = families.find(([pattern]) => pattern.test(path));
  return family?.[1] ?? clientDialect(request.headers, path, new URL(request.url).searchParams);
}

function whyUnknown(method: string, path: string, allowed: readonly string[]): WireError {
  const shown = path.slice(0, 200);
  if (allowed.length > 0 && !allowed.includes(method)) {
    const message = `${shown} takes ${allowed.join(" or ")}, not ${method}.`;
    return failure("invalid-request", message, { status: 405, code: "method_not_allowed" });
  }
  const known = Object.values(codecs).map((codec) => `POST ${codec.path}`);
  const message = `There is no ${method} ${shown} here. Model calls are ${known.join(", ")}; GET / lists the rest.`;
  return lackedByGoogle.test(path)
    ? failure("unimplemented", message, { code: "unknown_route" })
    : failure("not-found", message, { code: "unknown_route" });
}
