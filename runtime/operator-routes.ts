import type { Hono } from "hono";
import { adminReload } from "./admin-reload.ts";
import type { Connection } from "./app.ts";
import type { Dependencies } from "./dependencies.ts";
import { failure } from "./errors.ts";
import type { ReloadStatus } from "./generation.ts";
import { type OperatorAccess, operatorRefusal } from "./operator.ts";
import type { Reloaded } from "./reloaded.ts";
import { tierHealth } from "./tier-health.ts";
import type { WireError } from "./wire/canonical.ts";

/** What the operator's pages need besides the request path's own parts. */
export type Operator = Readonly<{
  access(): OperatorAccess;
  env: Readonly<Record<string, string | undefined>>;
  status(): ReloadStatus;
  reload(): Promise<Reloaded>;
  /** Monotonic milliseconds when the process began to serve. */
  startedMs: number;
}>;

type App = Hono<{ Bindings: Connection }>;

const defaultTraces = 50;
const maxTraces = 1000;

/** Health of the tiers, metrics, traces, state and what an operator can do, one line each. */
export function addOperatorRoutes(app: App, deps: Dependencies, operator: Operator): void {
  const { hot, metrics, traces, gateway } = deps;
  /** Runs `answer` for whoever may see it. */
  const forOperator =
    (does: "tells" | "changes", answer: (request: Request) => Response | Promise<Response>) => (request: Request) => {
      const refused = operatorRefusal(request.headers, operator.access(), does);
      return refused === undefined ? answer(request) : errorPage(refused);
    };
  const tells = (answer: Parameters<typeof forOperator>[1]) => forOperator("tells", answer);
  const changes = (answer: Parameters<typeof forOperator>[1]) => forOperator("changes", answer);

  app.get("/health", () => {
    const { status, body } = tierHealth(gateway.catalog, hot, operator.env);
    return Response.json(body, { status });
  });
  app.get("/metrics", ({ req }) =>
    tells(async () => new Response(await metrics.text(), { headers: { "content-type": expositionType } }))(req.raw),
  );
  for (const root of ["/v1", "/api/v1"]) {
    app.get(`${root}/traces`, ({ req }) =>
      tells(() => Response.json({ traces: traces.list(limitOf(req.query("limit"))) }))(req.raw),
    );
    app.get(`${root}/traces/:id`, ({ req }) =>
      tells(() => {
        const trace = traces.get(req.param("id"));
        return trace === undefined ? errorPage(noTrace) : Response.json(trace);
      })(req.raw),
    );
  }
  app.get("/admin/state", ({ req }) => tells(() => Response.json(stateOf(deps, operator)))(req.raw));
  app.post("/admin/reload", ({ req }) => changes(() => adminReload(operator.reload))(req.raw));
  app.post("/admin/keys/:provider/:key/reset", ({ req }) =>
    changes(() => {
      const isReset = hot.pools.get(req.param("provider"))?.reset(req.param("key")) ?? false;
      return isReset ? Response.json({ reset: true }) : errorPage(noSuchKey);
    })(req.raw),
  );
}

/** The text exposition format of Prometheus. */
const expositionType = "text/plain; version=0.0.4; charset=utf-8";
const noTrace = failure("not-found", "No such request is remembered; GET /api/v1/traces lists those that are.", {
  code: "trace_not_found",
});
const noSuchKey = failure("not-found", "There is no such key; GET /admin/state lists them.", { code: "key_not_found" });

function errorPage({ message, code, status, class: of }: WireError): Response {
  const headers = of === "client-auth" ? { "www-authenticate": "Bearer" } : undefined;
  const error = { message, type: of.replaceAll("-", "_"), code: code ?? null };
  return Response.json({ error }, { status, ...(headers === undefined ? {} : { headers }) });
}

function limitOf(written: string | undefined): number {
  const limit = Number(written ?? defaultTraces);
  return Number.isInteger(limit) && limit > 0 ? Math.min(limit, maxTraces) : defaultTraces;
}

/** Keys by their ids, never a value. */
function stateOf({ hot, admission, upstream }: Dependencies, { status, startedMs }: Operator): object {
  const { inFlight, queued, limit, load } = admission.report();
  return {
    ...status(),
    uptime_seconds: Math.round((upstream.now() - startedMs) / 1000),
    in_flight: inFlight,
    queued,
    limit,
    rss_bytes: load.rssBytes,
    keys: hot.keys().flatMap(({ provider, keys }) => keys.map((key) => ({ provider, ...key }))),
    breakers: hot.breakers.report(),
    throughput: hot.throughput.report(),
  };
}
