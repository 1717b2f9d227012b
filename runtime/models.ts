import { authenticate } from "./auth.ts";
import type { Gateway, WireFormat } from "./contract.ts";
import { failure } from "./errors.ts";
import type { Health } from "./health.ts";
import type { JsonObject, WireError } from "./wire/canonical.ts";
import { codecs } from "./wire/formats.ts";

/** GET /v1/models and GET /v1/models/{id}, each answered in the dialect of who asks. */
export type ModelList = Readonly<{
  list(request: Request): Response;
  /** `id` is percent-decoded, and may hold slashes. */
  get(request: Request, id: string): Response;
}>;

type Model = Readonly<{ id: string; owner: string }>;

/** Both vendors want a creation date and the gateway knows none; a constant keeps clients' caches and diffs quiet. */
const createdAt = "2025-01-01T00:00:00Z";
const createdSeconds = Date.parse(createdAt) / 1000;

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
      for (const id of health.models(provider)) {
        const direct = resolve(id)?.offers[0];
        const named = direct?.provider === provider && direct.model === id ? id : `${provider}/${id}`;
        if (!owners.has(named)) owners.set(named, provider);
      }
    }
    return [...owners].map(([id, owner]) => ({ id, owner })).sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  function answer(request: Request, make: (format: WireFormat, url: URL) => Answer): Response {
    const url = new URL(request.url);
    const format = dialectOf(request.headers, url.searchParams);
    const requestId = newRequestId();
    const refused = authenticate(request.headers, catalog.auth.mode, clientKeys);
    const made = refused === undefined ? make(format, url) : errorAnswer(refused);
    const headers: Record<string, string> = {
      "x-arouter-request-id": requestId,
      [codecs[format].requestIdHeader]: requestId,
    };
    if (made.kind === "json") return Response.json(made.body, { headers });
    // A model that is not there, or a key that is not known, does not come by asking again.
    headers["x-should-retry"] = "false";
    if (made.error.class === "client-auth") headers["www-authenticate"] = "Bearer";
    const error = codecs[format].encodeError(made.error, requestId);
    return Response.json(error.body, { status: error.status, headers });
  }

  return {
    list: (request) =>
      answer(request, (format, url) =>
        format === "anthropic-messages"
          ? anthropicPage(models(), url.searchParams)
          : { kind: "json", body: { object: "list", data: models().map(openaiModel) } },
      ),
    get: (request, id) =>
      answer(request, (format) => {
        const model = models().find((each) => each.id === id);
        if (model === undefined) return unknownModel(id);
        return { kind: "json", body: format === "anthropic-messages" ? anthropicModel(model) : openaiModel(model) };
      }),
  };
}

type Answer = Readonly<{ kind: "json"; body: JsonObject }> | Readonly<{ kind: "error"; error: WireError }>;

/**
 * Both vendors serve this path. Anthropic's clients are told by their version header, their paging parameters, their
 * name or their key header; a bearer token says nothing, as both send it (Anthropic SDK 1.x).
 */
function dialectOf(headers: Headers, query: URLSearchParams): WireFormat {
  const anthropic =
    headers.has("anthropic-version") ||
    ["limit", "before_id", "after_id"].some((name) => query.has(name)) ||
    /^(anthropic|claude-cli)/i.test(headers.get("user-agent") ?? "") ||
    (headers.has("x-api-key") && !headers.has("authorization"));
  return anthropic ? "anthropic-messages" : "openai-chat";
}

/** OpenAI SDK 7.55, resources/models: `Model`. */
function openaiModel({ id, owner }: Model): JsonObject {
  return { id, object: "model", created: createdSeconds, owned_by: owner };
}

/** Anthropic SDK 1.11, resources/models: `ModelInfo`; null where it says that a value may be unknown. */
function anthropicModel({ id }: Model): JsonObject {
  return {
    type: "model",
    id,
    display_name: id,
    created_at: createdAt,
    capabilities: null,
    deprecated_at: null,
    lifecycle: "active",
    line: null,
    max_input_tokens: null,
    max_tokens: null,
    retires_at: null,
  };
}

/** Anthropic API reference, "List models": the page after `after_id` or just before `before_id`, 20 unless `limit` says. */
function anthropicPage(models: readonly Model[], query: URLSearchParams): Answer {
  const limit = Number(query.get("limit") ?? 20);
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
    return invalid("limit", "must be a whole number from 1 to 1000");
  }
  const after = query.get("after_id");
  const before = query.get("before_id");
  const backwards = after === null && before !== null;
  const cursor = models.findIndex(({ id }) => id === (after ?? before));
  if (cursor === -1 && (after ?? before) !== null) {
    return invalid(backwards ? "before_id" : "after_id", "is no id of this list");
  }
  // Without a cursor it is -1, and the page starts at 0.
  const start = backwards ? Math.max(0, cursor - limit) : cursor + 1;
  const end = backwards ? cursor : Math.min(models.length, start + limit);
  const page = models.slice(start, end);
  const body = {
    data: page.map(anthropicModel),
    has_more: backwards ? start > 0 : end < models.length,
    first_id: page[0]?.id ?? null,
    last_id: page.at(-1)?.id ?? null,
  };
  return { kind: "json", body };
}

function invalid(param: string, why: string): Answer {
  return errorAnswer(failure("invalid-request", `${param}: ${why}.`, { param }));
}

function unknownModel(id: string): Answer {
  const message = `The model "${id.slice(0, 200)}" is not in this gateway's list (GET /v1/models).`;
  return errorAnswer(failure("not-found", message, { param: "model" }));
}

function errorAnswer(error: WireError): Answer {
  return { kind: "error", error };
}
