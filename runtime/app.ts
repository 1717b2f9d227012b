import { Hono } from "hono";
import type { Dependencies } from "./dependencies.ts";
import { failure } from "./errors.ts";
import { handle } from "./handle.ts";
import type { Health } from "./health.ts";
import type { ModelList } from "./models.ts";
import { version } from "./version.ts";
import type { Codec } from "./wire/codec.ts";
import { codecs } from "./wire/formats.ts";

/** What the server tells the app about one connection. */
export type Connection = Readonly<{
  /** The request is whole: from here on the client waits for a model, and its connection may be quiet for long. */
  keepOpen: () => void;
}>;

/** The same tree under both roots: SDKs of the vendors use `/v1`, others are set up with `/api/v1`. */
const roots = ["", "/api"] as const;

/** All routes, one line each. */
export function createApp(deps: Dependencies, health: Health, models: ModelList): Hono<{ Bindings: Connection }> {
  const app = new Hono<{ Bindings: Connection }>();
  for (const root of roots) {
    for (const codec of Object.values(codecs)) {
      app.post(root + codec.path, (context) => handle(context.req.raw, codec, deps, context.env.keepOpen));
      app.all(root + codec.path, (context) => wrongMethod(context.req.method, context.req.path, codec, deps));
    }
    app.get(`${root}/v1/models`, (context) => models.list(context.req.raw));
    app.get(`${root}/v1/models/:id{.+}`, (context) => models.get(context.req.raw, context.req.param("id")));
  }
  app.get("/healthz", () => {
    const { status, body } = health.report();
    return Response.json(body, { status });
  });
  app.get("/livez", () => Response.json({ status: "ok" }));
  app.get("/", (context) => context.text(welcome(new URL(context.req.url).origin)));
  app.notFound((context) => unknownRoute(context.req.method, context.req.path, deps));
  return app;
}

function welcome(origin: string): string {
  return `ARouter ${version}

OpenAI SDKs:    base URL ${origin}/v1
Anthropic SDKs: base URL ${origin}
Models:         GET ${origin}/v1/models
Health:         GET ${origin}/healthz
`;
}

function wrongMethod(method: string, path: string, codec: Codec, deps: Dependencies): Response {
  const error = failure("invalid-request", `${path} takes POST, not ${method}.`, {
    status: 405,
    code: "method_not_allowed",
  });
  return plainError(error, codec, deps, { allow: "POST" }, 405);
}

function unknownRoute(method: string, path: string, deps: Dependencies): Response {
  const known = Object.values(codecs).map((codec) => `POST ${codec.path}`);
  const message = `There is no ${method} ${path.slice(0, 200)}. Model calls are ${known.join(" and ")}; GET / lists the rest.`;
  const error = failure("not-found", message, { code: "unknown_route" });
  const codec = path.includes("/messages") ? codecs["anthropic-messages"] : codecs["openai-chat"];
  // Agents retry what they take for a fault of ours; a missing route stays missing.
  return plainError(error, codec, deps, { "x-should-retry": "false" }, 404);
}

function plainError(
  error: ReturnType<typeof failure>,
  codec: Codec,
  deps: Dependencies,
  headers: Readonly<Record<string, string>>,
  status: number,
): Response {
  const requestId = deps.newRequestId();
  const { body } = codec.encodeError(error, requestId);
  return Response.json(body, {
    status,
    headers: { ...headers, "x-arouter-request-id": requestId, [codec.requestIdHeader]: requestId },
  });
}
