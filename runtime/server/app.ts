import { Hono } from "hono";
import { getPath } from "hono/utils/url";
import type { Health } from "../health/health.ts";
import type { ModelList } from "../model-list/models.ts";
import { addOperatorRoutes, type Operator } from "../operator/operator-routes.ts";
import { canonicalPath } from "../routes/canonical-path.ts";
import { addGeminiRoutes } from "../routes/gemini-routes.ts";
import { addKeptRoutes } from "../routes/kept-routes.ts";
import { addModelRoutes } from "../routes/model-routes.ts";
import { addResponsesRoutes } from "../routes/responses-routes.ts";
import { unknownRoute } from "../routes/unknown-route.ts";
import { version } from "../version.ts";
import type { Dependencies } from "./dependencies.ts";

/** What the server tells the app about one connection. */
export type Connection = Readonly<{
  /** The request is whole: from here on the client waits for a model, and its connection may be quiet for long. */
  keepOpen: () => void;
}>;

/**
 * All routes. They are written as the vendors' own clients call them (`/v1`, `/v1beta`); `canonicalPath` leads every other
 * spelling there.
 */
export function createApp(
  deps: Dependencies,
  health: Health,
  models: ModelList,
  operator: Operator,
): Hono<{ Bindings: Connection }> {
  const app = new Hono<{ Bindings: Connection }>({ getPath: (request) => canonicalPath(getPath(request)) });
  addModelRoutes(app, deps);
  addResponsesRoutes(app, deps);
  addGeminiRoutes(app, deps);
  addKeptRoutes(app, deps);
  for (const list of ["/v1", "/v1beta"]) {
    app.get(`${list}/models`, ({ req }) => models.list(req.raw));
    app.get(`${list}/models/:id{.+}/endpoints`, ({ req }) => models.endpoints(req.raw, req.param("id")));
    app.get(`${list}/models/:id{.+}`, ({ req }) => models.get(req.raw, req.param("id")));
  }
  addOperatorRoutes(app, deps, operator);
  app.get("/healthz", () => {
    const { status, body } = health.report();
    return Response.json(body, { status });
  });
  app.get("/livez", () => Response.json({ status: "ok" }));
  // Claude Code looks whether anybody is there, by HEAD.
  app.get("/api/hello", (context) => context.text("ok"));
  app.get("/", (context) => context.text(welcome(new URL(context.req.url).origin)));
  // Not a second handler on the same path: a request that matches only one takes Hono's shortest way.
  app.notFound((context) => unknownRoute(app, context.req.raw, context.req.path, deps));
  return app;
}

function welcome(origin: string): string {
  return `ARouter ${version}

OpenAI SDKs:    base URL ${origin}/v1
Anthropic SDKs: base URL ${origin}
Google SDKs:    base URL ${origin}
Models:         GET ${origin}/v1/models
Health:         GET ${origin}/healthz, GET ${origin}/health
Operators:      GET ${origin}/metrics, /api/v1/traces, /admin/state
`;
}
