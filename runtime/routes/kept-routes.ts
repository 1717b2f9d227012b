import type { Hono } from "hono";
import { noSuchId } from "../kept/kept-errors.ts";
import { keptResource } from "../kept/kept-resource.ts";
import { passKept } from "../kept/pass-kept.ts";
import { authenticate, tenantOf } from "../request/auth.ts";
import { openExchange } from "../request/exchange.ts";
import type { Connection } from "../server/app.ts";
import type { Dependencies } from "../server/dependencies.ts";
import { codecs } from "../wire/formats.ts";
import { unknownRoute } from "./unknown-route.ts";

/** Files and batches of the vendors: each vendor's own, whoever's client asks by its paths. */
const paths = [
  "/v1/files",
  "/v1/uploads",
  "/v1/batches",
  "/v1/messages/batches",
  "/v1beta/files",
  "/upload/v1beta/files",
  "/upload/v1/files",
];

/** Requests that are passed on to the vendor as they are, with a key of the gateway's. */
export function addKeptRoutes(app: Hono<{ Bindings: Connection }>, deps: Dependencies): void {
  const pass = (request: Request, path: string, connection: Connection): Promise<Response> | Response => {
    const resource = keptResource(request.headers, path, new URL(request.url).searchParams);
    if (resource === undefined) return unknownRoute(app, request, path, deps);
    const { dialect } = resource;
    const exchange = openExchange(request, codecs[dialect], deps);
    const refused = authenticate(request, deps.gateway.catalog.auth.mode, deps.clientKeys);
    if (refused !== undefined) return exchange.fail(refused);
    const known = resource.id === undefined ? undefined : deps.keptIds.find(resource.id);
    if (known !== undefined && known.tenant !== tenantOf(request, deps.clientKeys)) return exchange.fail(noSuchId);
    const { keepOpen } = connection;
    return passKept({ request, path, keepOpen, exchange, dialect, account: known?.account, resource }, deps);
  };
  for (const path of paths) {
    // The star stands for nothing, too.
    app.on(["GET", "POST", "PUT", "DELETE"], `${path}/*`, ({ req, env }) => pass(req.raw, req.path, env));
  }
}
