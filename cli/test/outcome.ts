import type { Understood } from "../../compiler/compile.ts";
import type { ReadyTest } from "../../compiler/policy-tests/load-tests.ts";
import type { RequestFacts, Target } from "../../runtime/contract.ts";
import { clientCodecs } from "../../runtime/request/client-codecs.ts";
import { requestFacts } from "../../runtime/request/facts.ts";
import { type Itinerary, planItinerary } from "../../runtime/request/itinerary.ts";
import { readOverrides } from "../../runtime/request/overrides.ts";
import { planBody } from "../../runtime/request/plan-request.ts";
import type { RankingRequest } from "../../runtime/routing/hot-state.ts";
import { defaultPreferences } from "../../runtime/routing/preferences.ts";
import { rankOffers } from "../../runtime/routing/rank-offers.ts";
import { splitModelName } from "../../runtime/routing/split-model-name.ts";
import type { JsonObject, WireError } from "../../runtime/wire/canonical.ts";
import { isObject, parseJson } from "../../runtime/wire/json.ts";
import { defaultFacts, type TestFacts, type TestRequest } from "../../schemas/policy-test.ts";
import { guessEndpoint } from "../guess-endpoint.ts";
import { interpretedGateway, restedRanking } from "../interpreted-gateway.ts";

/** What becomes of a test's request before anything is sent. */
export type Outcome =
  | (Tried &
      Readonly<{
        kind: "planned";
        itinerary: Itinerary;
        /** Who is asked first; undefined where the request's own wishes leave nobody. */
        upstream: Target | undefined;
      }>)
  | (Tried & Readonly<{ kind: "refused"; message: string }>);

/** What rules were asked about; undefined where none was tried. */
type Tried = Readonly<{ facts: RequestFacts | undefined }>;

/** Noon of a late day: the latest of the listed prices that change with time. A test must not ask the clock. */
const atMs = Date.UTC(9999, 0, 1, 12);

/** Answers what becomes of tests under one configuration. The tokenizer must have been loaded where a test is of a request. */
export function outcomes(understood: Understood): (test: ReadyTest) => Outcome {
  const gateway = interpretedGateway(understood);

  function outcomeWith(
    planned: Readonly<{ itinerary: Itinerary | WireError; ranking: RankingRequest }>,
    { facts }: Tried,
  ): Outcome {
    const { itinerary, ranking } = planned;
    if ("class" in itinerary) return { kind: "refused", message: itinerary.message, facts };
    const [best] = rankOffers(itinerary.routes[0], restedRanking(gateway, ranking, atMs)).offers;
    return { kind: "planned", itinerary, upstream: best, facts };
  }

  function ofFacts(given: TestFacts): Outcome {
    const facts = factsOf(given);
    const overrides = readOverrides(new Headers());
    if ("class" in overrides) return { kind: "refused", message: overrides.message, facts: undefined };
    const ranking = plainRanking(facts);
    return outcomeWith({ itinerary: planItinerary(gateway, facts, overrides), ranking }, { facts });
  }

  function ofRequest(request: TestRequest, body: JsonObject): Outcome {
    const endpoint = request.endpoint ?? guessEndpoint(body);
    const headers = new Headers(request.headers);
    const plan = planBody(body, headers, clientCodecs[endpoint], gateway);
    if ("class" in plan) return { kind: "refused", message: plan.message, facts: undefined };
    const { model } = splitModelName(plan.model, (name) => gateway.catalog.models.includes(name));
    const facts = requestFacts({ endpoint, model, body: plan.facts, headers }, gateway);
    return outcomeWith(plan, plan.overrides.noPolicy ? { facts: undefined } : { facts });
  }

  return ({ facts = {}, request, body }) => {
    if (request === undefined) return ofFacts(facts);
    // A body of YAML as the JSON that a client would send.
    const json = parseJson(JSON.stringify(body));
    if (!isObject(json)) throw new Error("a request without a body");
    return ofRequest(request, json);
  };
}

function factsOf(given: TestFacts): RequestFacts {
  const headers = new Map(Object.entries(given.header ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
  return {
    endpoint: given.endpoint ?? defaultFacts.endpoint,
    model: given.model ?? defaultFacts.model,
    stream: given.stream ?? false,
    hasTools: given.has_tools ?? false,
    hasImage: given.has_image ?? false,
    responseFormat: given.response_format_type,
    maxTokens: given.max_tokens,
    inputTokens: given.tokens_input ?? defaultFacts.tokens_input,
    header: (name) => headers.get(name),
  };
}

/** A request that asks nothing of its routing. */
function plainRanking({ endpoint }: RequestFacts): RankingRequest {
  return {
    preferences: defaultPreferences,
    clientFormat: clientCodecs[endpoint].format,
    usedParameters: () => [],
    wantsThinking: () => false,
  };
}
