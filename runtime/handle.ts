import { type AttemptInput, attempt } from "./attempt.ts";
import { authenticate } from "./auth.ts";
import type { Dependencies } from "./dependencies.ts";
import { failure } from "./errors.ts";
import { openExchange, type Walked } from "./exchange.ts";
import { requestFacts } from "./facts.ts";
import { type Itinerary, planItinerary } from "./itinerary.ts";
import { readOverrides } from "./overrides.ts";
import { readRequestBody } from "./request-body.ts";
import type { JsonObject } from "./wire/canonical.ts";
import type { Codec } from "./wire/codec.ts";
import { normalise } from "./wire/normalise.ts";

/** One request to a model endpoint, from its bytes to the answer. Never rejects: every failure is an answer in the client's format. */
export async function handle(
  request: Request,
  codec: Codec,
  deps: Dependencies,
  keepOpen: () => void,
): Promise<Response> {
  const exchange = openExchange(request, codec, deps);
  try {
    const refused = authenticate(request.headers, deps.gateway.catalog.auth.mode, deps.clientKeys);
    if (refused !== undefined) return exchange.fail(refused);

    const body = await readRequestBody(request, deps.gateway.catalog.limits);
    if (body.kind === "client-gone") return exchange.fail(clientGone);
    if (body.kind === "error") return exchange.fail(body.error);
    keepOpen();
    const model = body.json["model"];
    if (typeof model !== "string" || model === "" || model.length > maxModelLength) return exchange.fail(noModel);
    exchange.requested(model);

    const overrides = readOverrides(request.headers);
    if ("class" in overrides) return exchange.fail(overrides);
    const bodyFacts = codec.facts(body.json);
    const facts = requestFacts({
      endpoint: codec.endpoint,
      model,
      body: bodyFacts,
      headers: request.headers,
      tokenCeiling: deps.gateway.tokenCeiling,
    });
    const itinerary = planItinerary(deps.gateway, facts, overrides);
    if ("class" in itinerary) return exchange.fail(itinerary);
    exchange.planned(itinerary, bodyFacts.stream);

    const walked = await walk(itinerary, deps, {
      client: {
        codec,
        bytes: body.bytes,
        model,
        canonical: once(() => canonical(codec, body.json)),
        strict: overrides.strict,
      },
      clientHeaders: request.headers,
      facts: bodyFacts,
      validate: itinerary.validate,
      context: (served) => exchange.context(served, body.json),
      signal: request.signal,
      onAbort: exchange.onAbort,
    });
    return exchange.answer(walked);
  } catch (thrown) {
    deps.warn(
      `request ${exchange.requestId}: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`,
    );
    return exchange.fail(failure("internal", "The gateway failed on this request; its log says why."));
  }
}

const maxModelLength = 256;
const noModel = failure("invalid-request", `"model" must be a string of 1 to ${maxModelLength} characters.`, {
  param: "model",
});
const clientGone = failure("internal", "The client closed the connection.", { status: 499 });

function canonical(codec: Codec, json: JsonObject): ReturnType<Codec["decodeRequest"]> {
  const decoded = codec.decodeRequest(json);
  if (decoded.kind === "rejection") return decoded;
  const normal = normalise(decoded.value);
  return { ...normal, losses: [...decoded.losses, ...normal.losses] };
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/**
 * Tries the models in order. Only an answer the validators reject moves on; an upstream's error ends the walk and is
 * what the client gets, and so is the last answer, valid or not: the last attempt always wins.
 */
async function walk(itinerary: Itinerary, deps: Dependencies, input: AttemptInput): Promise<Walked> {
  const [first, ...chain] = itinerary.routes.map(({ offers }) => offers[0]);
  let target = first ?? itinerary.routes[0].offers[0];
  let attempts = 1;
  for (;;) {
    const outcome = await attempt(target, input, deps);
    const next = chain[attempts - 1];
    if (next === undefined || outcome.kind !== "answered" || outcome.verdict.kind !== "failed") {
      return { outcome, target, attempts };
    }
    if (outcome.body.kind === "stream") outcome.body.body.cancel();
    target = next;
    attempts++;
  }
}
