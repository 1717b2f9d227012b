import type { Hono } from "hono";
import { failure } from "../errors.ts";
import { tierHealth } from "../health/tier-health.ts";
import { addTraceRoutes } from "../routes/trace-routes.ts";
import type { Connection } from "../server/app.ts";
import type { Dependencies } from "../server/dependencies.ts";
import type { ReloadStatus } from "../server/generation.ts";
import type { Reloaded } from "../server/reloaded.ts";
import type { Traces } from "../store/traces.ts";
import type { WireError } from "../wire/canonical.ts";
import { adminReload } from "./admin-reload.ts";
import { gatewayState } from "./gateway-state.ts";
import { type OperatorAccess, operatorRefusal } from "./operator.ts";

/** What the operator's pages need besides the request path's own parts. */
export type Operator = Readonly<{
  access(): OperatorAccess;
  env: Readonly<Record<string, string | undefined>>;
  status(): ReloadStatus;
  reload(): Promise<Reloaded>;
  /** Monotonic milliseconds when the process began to serve. */
  startedMs: number;
  metricsText(): Promise<string>;
  /** Undefined when none are kept. */
  traces: Traces | undefined;
}>;

type App = Hono<{ Bindings: Connection }>;
type Answer = () => Response | Promise<Response>;

/** Health of the tiers, metrics, traces, state and what an operator can do. */
export function addOperatorRoutes(app: App, deps: Dependencies, operator: Operator): void {
  const { hot, gateway, admission, upstream } = deps;
  /** Runs `answer` for whoever may see it. */
  const forOperator = (does: "tells" | "changes") => async (request: Request, answer: Answer) => {
    const refused = operatorRefusal(request.headers, operator.access(), does);
    const page = refused === undefined ? await answer() : errorPage(refused);
    page.headers.set("cache-control", "no-store");
    return page;
  };
  const tells = forOperator("tells");
  const changes = forOperator("changes");

  app.get("/health", () => {
    const { status, body } = tierHealth(gateway.catalog, hot, operator.env);
    return Response.json(body, { status });
  });
  app.get("/metrics", ({ req }) =>
    tells(
      req.raw,
      async () => new Response(await operator.metricsText(), { headers: { "content-type": expositionType } }),
    ),
  );
  addTraceRoutes(app, { traces: operator.traces, epochMs: deps.epochMs, tells, errorPage });
  app.get("/admin/state", ({ req }) =>
    tells(req.raw, () => {
      const uptimeMs = upstream.now() - operator.startedMs;
      return Response.json(gatewayState({ status: operator.status(), uptimeMs, admission: admission.report(), hot }));
    }),
  );
  app.post("/admin/reload", ({ req }) => changes(req.raw, () => adminReload(operator.reload)));
  app.post("/admin/keys/:provider/:key/reset", ({ req }) =>
    changes(req.raw, () => {
      const isReset = hot.pools.get(req.param("provider"))?.reset(req.param("key")) ?? false;
      return isReset ? Response.json({ reset: true }) : errorPage(noSuchKey);
    }),
  );
}

/** The text exposition format of Prometheus. */
const expositionType = "text/plain; version=0.0.4; charset=utf-8";
const noSuchKey = failure("not-found", "There is no such key; GET /admin/state lists them.", { code: "key_not_found" });

function errorPage({ message, code, status, class: of }: WireError): Response {
  const headers = of === "client-auth" ? { "www-authenticate": "Bearer" } : undefined;
  const error = { message, type: of.replaceAll("-", "_"), code: code ?? null };
  return Response.json({ error }, { status, ...(headers === undefined ? {} : { headers }) });
}
