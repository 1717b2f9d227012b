import type { Hono } from "hono";
import { passKept } from "../kept/pass-kept.ts";
import { tenantOf } from "../request/auth.ts";
import { dryRun } from "../request/dry-run.ts";
import { handle, type ModelCall } from "../request/handle.ts";
import { responseMemory } from "../responses/response-memory.ts";
import { type StoredAsk, storedResponse } from "../responses/stored-response.ts";
import type { Connection } from "../server/app.ts";
import type { Dependencies } from "../server/dependencies.ts";
import { compactResponse } from "../side-calls/compact-codec.ts";
import { countResponsesInput } from "../side-calls/count-codecs.ts";
import type { ClientCodec } from "../wire/codec.ts";
import { codecs } from "../wire/formats.ts";
import { callOf } from "./model-routes.ts";
import { unknownRoute, upgradeRequired } from "./unknown-route.ts";

/** What of a stored answer is asked for, by method and path (openai 7.55.0, resources/responses). */
const stored: readonly Readonly<{ method: "get" | "delete" | "post"; path: string; ask: StoredAsk }>[] = [
  { method: "get", path: "/v1/responses/:id", ask: "retrieve" },
  { method: "delete", path: "/v1/responses/:id", ask: "delete" },
  { method: "post", path: "/v1/responses/:id/cancel", ask: "cancel" },
  { method: "get", path: "/v1/responses/:id/input_items", ask: "input_items" },
];

/** The Responses API: its calls go on from earlier ones, which can be asked for. */
export function addResponsesRoutes(app: Hono<{ Bindings: Connection }>, deps: Dependencies): void {
  const { clientKeys, responses } = deps;
  const remembering = (request: Request, codec: ClientCodec, connection: Connection): ModelCall => {
    const memory = responseMemory(responses, tenantOf(request, clientKeys));
    return { ...callOf(request, codec, connection), memory };
  };
  for (const codec of [codecs["openai-responses"], countResponsesInput, compactResponse]) {
    app.post(`/dry-run${codec.path}`, ({ req, env }) => dryRun(remembering(req.raw, codec, env), deps));
    app.post(codec.path, ({ req, env }) => handle(remembering(req.raw, codec, env), deps));
  }
  app.get("/v1/responses", ({ req }) => {
    const isUpgrade = req.header("upgrade")?.toLowerCase() === "websocket";
    return isUpgrade ? upgradeRequired(req.raw, deps) : unknownRoute(app, req.raw, req.path, deps);
  });
  for (const { method, path, ask } of stored) {
    app[method](path, ({ req, env }) =>
      storedResponse({ request: req.raw, id: req.param("id") ?? "", ask }, deps, (kept) =>
        passKept({ request: req.raw, path: req.path, keepOpen: env.keepOpen, ...kept }, deps),
      ),
    );
  }
}
