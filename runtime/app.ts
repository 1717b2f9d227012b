import { Hono } from "hono";
import type { Dependencies } from "./dependencies.ts";
import { dryRun } from "./dry-run.ts";
import { failure } from "./errors.ts";
import { openExchange } from "./exchange.ts";
import { handle } from "./handle.ts";
import type { Health } from "./health.ts";
import type { ModelList } from "./models.ts";
import { addOperatorRoutes, type Operator } from "./operator-routes.ts";
import { version } from "./version.ts";
import type { ModelAddress } from "./wire/address.ts";
import type { ClientCodec } from "./wire/codec.ts";
import { codecs } from "./wire/formats.ts";
import { parseGeminiPath } from "./wire/gemini/address.ts";

/** What the server tells the app about one connection. */
export type Connection = Readonly<{
  /** The request is whole: from here on the client waits for a model, and its connection may be quiet for long. */
  keepOpen: () => void;
}>;

/** The same tree under both roots: SDKs of the vendors use `/v1`, others are set up with `/api/v1`. */
const roots = ["", "/api"] as const;

/** The APIs whose body says which model is called. */
const bodyAddressed: readonly ClientCodec[] = Object.values(codecs).filter(({ modelInBody }) => modelInBody);

/** Undefined where the path calls no method that generates. */
function geminiCall(path: string): ModelAddress | undefined {
  const { model = "", method } = parseGeminiPath(path) ?? {};
  if (method === "generateContent") return { model, stream: false };
  return method === "streamGenerateContent" ? { model, stream: true } : undefined;
}

/** All routes, one line each. */
export function createApp(
  deps: Dependencies,
  health: Health,
  models: ModelList,
  operator: Operator,
): Hono<{ Bindings: Connection }> {
  const app = new Hono<{ Bindings: Connection }>();
  for (const root of roots) {
    for (const codec of bodyAddressed) {
      app.post(`${root}/dry-run${codec.path}`, ({ req, env }) => dryRun(req.raw, codec, undefined, deps, env.keepOpen));
      app.post(root + codec.path, ({ req, env }) => handle(req.raw, codec, undefined, deps, env.keepOpen));
    }
    for (const version of ["/v1beta", "/v1"]) {
      app.post(`${root}${version}/models/*`, ({ req, env }) => {
        const address = geminiCall(req.path.slice(root.length));
        if (address === undefined) return unknownRoute(req.raw, req.path, deps);
        return handle(req.raw, codecs.gemini, address, deps, env.keepOpen);
      });
    }
    app.get(`${root}/v1/models`, (context) => models.list(context.req.raw));
    app.get(`${root}/v1/models/:id{.+}`, (context) => models.get(context.req.raw, context.req.param("id")));
  }
  app.get("/healthz", () => {
    const { status, body } = health.report();
    return Response.json(body, { status });
  });
  addOperatorRoutes(app, deps, operator);
  app.get("/livez", () => Response.json({ status: "ok" }));
  app.get("/", (context) => context.text(welcome(new URL(context.req.url).origin)));
  // Not a second handler on the same path: a request that matches only one takes Hono's shortest way.
  app.notFound((context) => unknownRoute(context.req.raw, context.req.path, deps));
  return app;
}

function welcome(origin: string): string {
  return `ARouter ${version}

OpenAI SDKs:    base URL ${origin}/v1
Anthropic SDKs: base URL ${origin}
Models:         GET ${origin}/v1/models
Health:         GET ${origin}/healthz, GET ${origin}/health
Operators:      GET ${origin}/metrics, /api/v1/traces, /admin/state
`;
}

function unknownRoute(request: Request, path: string, deps: Dependencies): Response {
  const codec = Object.values(codecs).find((each) => path.includes(each.path));
  const wrongMethod = codec !== undefined && roots.some((root) => path === root + codec.path);
  const exchange = openExchange(request, codec ?? codecs["openai-chat"], deps);
  if (wrongMethod) {
    const message = `${path} takes POST, not ${request.method}.`;
    const reply = exchange.fail(failure("invalid-request", message, { status: 405, code: "method_not_allowed" }));
    reply.headers.set("allow", "POST");
    return reply;
  }
  const known = Object.values(codecs).map((each) => `POST ${each.path}`);
  const message = `There is no ${request.method} ${path.slice(0, 200)}. Model calls are ${known.join(" and ")}; GET / lists the rest.`;
  const reply = exchange.fail(failure("not-found", message, { code: "unknown_route" }));
  // Agents retry what they take for a fault of ours; a missing route stays missing.
  reply.headers.set("x-should-retry", "false");
  return reply;
}
