import { failure } from "../errors.ts";
import { authenticate, tenantOf } from "../request/auth.ts";
import { type Exchange, openExchange } from "../request/exchange.ts";
import type { Account } from "../request/request-memory.ts";
import type { Dependencies } from "../server/dependencies.ts";
import type { WireError } from "../wire/canonical.ts";
import { codecs } from "../wire/formats.ts";
import { itemPage } from "./response-items.ts";
import type { KnownResponse } from "./response-store.ts";

/** What is asked of an answer that was given earlier. */
export type StoredAsk = "retrieve" | "delete" | "cancel" | "input_items";

/** Asks the account that has it. */
type Forward = (
  kept: Readonly<{ exchange: Exchange; dialect: "openai-responses"; account: Account }>,
) => Promise<Response>;

/**
 * An earlier answer of the Responses API: one that was translated is the gateway's own, any other one is asked of the
 * account that made it. 404 for ids that are unknown, or another client's.
 */
export async function storedResponse(
  { request, id, ask }: Readonly<{ request: Request; id: string; ask: StoredAsk }>,
  deps: Dependencies,
  forward: Forward,
): Promise<Response> {
  const { clientKeys, gateway, responses } = deps;
  const exchange = openExchange(request, codecs["openai-responses"], deps);
  const refused = authenticate(request, gateway.catalog.auth.mode, clientKeys);
  if (refused !== undefined) return exchange.fail(refused);
  const tenant = tenantOf(request, clientKeys);
  const known = responses.get(tenant, id);
  if (known === undefined) return lasting(exchange.fail(unknownResponse(id)));
  if (ask === "delete") responses.remove(tenant, id);
  if (known.kind === "upstream") {
    return await forward({ exchange, dialect: "openai-responses", account: known.account });
  }
  const told = tellOf(known, id, ask, new URL(request.url).searchParams);
  return "class" in told ? exchange.fail(told) : exchange.tell(told);
}

type Kept = Extract<KnownResponse, { kind: "kept" }>;

function tellOf({ response, input }: Kept, id: string, ask: StoredAsk, query: URLSearchParams): object | WireError {
  switch (ask) {
    case "retrieve":
      return query.get("stream") === "true" ? noReplay : response;
    case "delete":
      return { id, object: "response", deleted: true };
    case "cancel":
      return notInBackground;
    case "input_items":
      return itemPage(input, query) ?? badLimit;
  }
}

/** Asking again does not bring it back. */
function lasting(reply: Response): Response {
  reply.headers.set("x-should-retry", "false");
  return reply;
}

function unknownResponse(id: string): WireError {
  return failure("not-found", `Response with id '${id.slice(0, 100)}' not found.`, {
    code: "response_not_found",
    param: "id",
  });
}

const noReplay = failure("invalid-request", "An answer that is over is not streamed again; ask without `stream`.", {
  code: "unsupported_parameter",
  param: "stream",
});
const notInBackground = failure("invalid-request", "Only an answer that is made in the background can be cancelled.", {
  code: "not_in_background",
});
const badLimit = failure("invalid-request", "limit must be a whole number from 1 to 100.", { param: "limit" });
