import { authenticate } from "./auth.ts";
import { type ClientDialect, clientDialect } from "./client-dialect.ts";
import type { Gateway } from "./contract.ts";
import type { Health } from "./health.ts";
import { anthropicModels } from "./model-list/anthropic-models.ts";
import { geminiModels } from "./model-list/gemini-models.ts";
import type { ListDialect } from "./model-list/list-dialect.ts";
import { type ListAnswer, type Model, unknownModel } from "./model-list/model.ts";
import { openaiModels } from "./model-list/openai-models.ts";
import { openrouterModels } from "./model-list/openrouter-models.ts";
import { forOpenRouter, isOpenRouter } from "./open-router.ts";
import { canonicalPath } from "./routes/canonical-path.ts";
import { codecs } from "./wire/formats.ts";

/** GET /v1/models and GET /v1/models/{id}, each answered in the dialect of who asks. */
export type ModelList = Readonly<{
  list(request: Request): Response;
  /** `id` is percent-decoded, and may hold slashes. */
  get(request: Request, id: string): Response;
}>;

const dialects = {
  "openai-chat": openaiModels,
  "anthropic-messages": anthropicModels,
  gemini: geminiModels,
} as const satisfies Record<ClientDialect, ListDialect>;

/**
 * Lists the models that configuration and policies name, and those the providers told the health probe, each under a
 * name this gateway routes to that provider. Needs a client key where model calls do.
 */
export function createModelList(
  options: Readonly<{
    gateway: Pick<Gateway, "catalog" | "resolve">;
    clientKeys: readonly string[];
    health: Pick<Health, "models">;
    newRequestId: () => string;
  }>,
): ModelList {
  const { gateway, clientKeys, health, newRequestId } = options;
  const { catalog, resolve } = gateway;

  /** Sorted by id. Made anew for every call: rarely asked for, and every probe may change it. */
  function models(): readonly Model[] {
    const owners = new Map<string, string>();
    for (const id of catalog.models) owners.set(id, resolve(id)?.offers[0].provider ?? "arouter");
    for (const provider of Object.keys(catalog.providers)) {
      for (const { id } of health.models(provider)) {
        const direct = resolve(id)?.offers[0];
        const named = direct?.provider === provider && direct.model === id ? id : `${provider}/${id}`;
        if (!owners.has(named)) owners.set(named, provider);
      }
    }
    return [...owners].map(([id, owner]) => described(id, owner)).sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  function described(id: string, owner: string): Model {
    const offer = resolve(id)?.offers[0];
    return { id, owner, contextTokens: offer?.contextTokens, price: offer?.price };
  }

  function answer(request: Request, make: (dialect: ListDialect, query: URLSearchParams) => ListAnswer): Response {
    const { pathname, searchParams } = new URL(request.url);
    const format = listDialect(request.headers, pathname, searchParams);
    const openRouter = format === "openai-chat" && isOpenRouter(request);
    const codec = openRouter ? forOpenRouter(codecs[format]) : codecs[format];
    const requestId = newRequestId();
    const refused = authenticate(request, catalog.auth.mode, clientKeys);
    const dialect = openRouter ? openrouterModels : dialects[format];
    const made: ListAnswer = refused === undefined ? make(dialect, searchParams) : { kind: "error", error: refused };
    const headers: Record<string, string> = {
      "x-arouter-request-id": requestId,
      [codec.requestIdHeader]: requestId,
    };
    if (made.kind === "json") return Response.json(made.body, { headers });
    // A model that is not there, or a key that is not known, does not come by asking again.
    headers["x-should-retry"] = "false";
    if (made.error.class === "client-auth") headers["www-authenticate"] = "Bearer";
    const error = codec.encodeError(made.error, requestId);
    return Response.json(error.body, { status: error.status, headers });
  }

  return {
    list: (request) => answer(request, (dialect, query) => dialect.list(models(), query)),
    get: (request, id) =>
      answer(request, (dialect) => {
        const model = models().find((each) => each.id === id);
        return model === undefined ? unknownModel(id) : { kind: "json", body: dialect.model(model) };
      }),
  };
}

/** Of the paths that several vendors serve, only Anthropic's list has a `limit`. */
function listDialect(headers: Headers, path: string, query: URLSearchParams): ClientDialect {
  const dialect = clientDialect(headers, canonicalPath(path), query);
  return dialect === "openai-chat" && query.has("limit") ? "anthropic-messages" : dialect;
}
