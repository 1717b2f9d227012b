import { anthropicApi } from "./anthropic/anthropic-api.ts";
import type { Api, Circumstances } from "./api.ts";
import { decodeBody } from "./decode-body.ts";
import type { HttpRequest } from "./http/http-request.ts";
import { isObject, type Json, parseJson } from "./json.ts";
import { openaiApi } from "./openai/openai-api.ts";
import type { Problem, Reply } from "./reply.ts";
import type { Behaviour } from "./script/behaviour.ts";
import { readDirective } from "./script/directive.ts";
import { scriptedReply } from "./script/scripted-reply.ts";
import type { State } from "./state.ts";

/** A reply and how to misbehave while sending it. */
export type Outcome = Readonly<{ api: Api; reply: Reply; behaviour: Behaviour }>;

/** Which vendor a request is for: Messages by its path, the shared paths by the header only Anthropic's clients send. */
function apiOf(request: HttpRequest): Api {
  const [path] = request.target.split("?");
  const anthropic = path?.startsWith(anthropicApi.path) || request.headers["anthropic-version"] !== undefined;
  return anthropic && path !== openaiApi.path ? anthropicApi : openaiApi;
}

/**
 * Answers as the vendor would: let in, look at the body, and only then behave as a script says, so that a script never hides
 * a request the vendor would have turned down.
 */
export async function answerApi(request: HttpRequest, state: State, now: Circumstances): Promise<Outcome> {
  const api = apiOf(request);
  const { settings } = state;
  const key = api === openaiApi ? settings.openaiKey : settings.anthropicKey;
  const problem = api.authenticate(request.headers, key) ?? routeProblem(request, api);
  if (problem !== undefined) return regular(api, api.errorReply(problem, now));
  if (request.method === "GET") return regular(api, answerModels(request, api, state, now));
  const body = await readBody(request);
  if (!body.ok) return regular(api, api.errorReply(body.problem, now));
  return answerConversation(request, api, body.value, state, now);
}

function answerConversation(request: HttpRequest, api: Api, body: Json, state: State, now: Circumstances): Outcome {
  const problem = api.check(body, request.headers, state.settings.models);
  if (problem !== undefined || !isObject(body)) {
    return regular(api, api.errorReply(problem ?? invalid("The body is not an object."), now));
  }
  const model = String(body["model"]);
  const directive = readDirective(model);
  if (!directive.ok)
    return regular(api, api.errorReply(invalid(`model: bad @sim directive: ${directive.message}`), now));
  const asked = { model, path: api.path, key: api.keyOf(request.headers) };
  const behaviour = { ...directive.value, ...state.scripts.take(asked) };
  const reply = api.answer(body, request.headers, state.cache, behaviour, now);
  return { api, behaviour, reply: scriptedReply(reply, behaviour, api, now) };
}

function answerModels(request: HttpRequest, api: Api, state: State, now: Circumstances): Reply {
  const url = new URL(request.target, "http://simulator");
  const { models } = state.settings;
  if (url.pathname === modelsPath) return json(api.models(request.headers, url.searchParams, models));
  const id = decodeURIComponent(url.pathname.slice(modelsPath.length + 1));
  const model = api.model(id, models);
  return model === undefined ? api.errorReply(api.noModel(id), now) : json(model);
}

const modelsPath = "/v1/models";

function routeProblem(request: HttpRequest, api: Api): Problem | undefined {
  const [path = ""] = request.target.split("?");
  const models = path === modelsPath || path.startsWith(`${modelsPath}/`);
  if (!models && path !== api.path)
    return { ...invalid(`Invalid URL (${request.method} ${path})`), status: 404, type: api.errorType(404) };
  const method = models ? "GET" : "POST";
  if (request.method === method) return undefined;
  return { ...invalid(`Not allowed to ${request.method} on ${path}.`), status: 405, code: "method_not_supported" };
}

type Body = Readonly<{ ok: true; value: Json }> | Readonly<{ ok: false; problem: Problem }>;

async function readBody(request: HttpRequest): Promise<Body> {
  try {
    const value = parseJson(await decodeBody(request.body, request.headers["content-encoding"]));
    return value === undefined
      ? { ok: false, problem: invalid("The request body is not valid JSON.") }
      : { ok: true, value };
  } catch (error) {
    return { ok: false, problem: invalid(error instanceof Error ? error.message : String(error)) };
  }
}

function invalid(message: string): Problem {
  return { status: 400, type: "invalid_request_error", message };
}

function regular(api: Api, reply: Reply): Outcome {
  return { api, reply, behaviour: {} };
}

function json(value: Json): Reply {
  return {
    status: 200,
    headers: { "content-type": "application/json" },
    body: { kind: "whole", bytes: JSON.stringify(value) },
  };
}
