import type { Translation } from "../contract.ts";
import { failure } from "../errors.ts";
import { type DownloadLimits, downloadMedia } from "../media/download-media.ts";
import type { Fetcher } from "../media/inline-media.ts";
import type { CostLimit } from "../money/cost-limit.ts";
import type { RouteEnd } from "../routing/attempt-loop.ts";
import type { RankingRequest } from "../routing/hot-state.ts";
import { pursue } from "../routing/pursue.ts";
import { routingMembers, withoutRoutingMembers } from "../routing/routing-members.ts";
import type { Dependencies } from "../server/dependencies.ts";
import { unexpected } from "../server/unexpected.ts";
import type { AttemptInput } from "../upstream/attempt.ts";
import type { ModelAddress } from "../wire/address.ts";
import type { Request as Canonical, ErrorClass, JsonObject, Rejection, WireError } from "../wire/canonical.ts";
import type { ClientCodec } from "../wire/codec.ts";
import { withExactArguments } from "../wire/exact-json.ts";
import { normalise } from "../wire/normalise.ts";
import type { SideCall } from "../wire/side-call.ts";
import { spliceMembers } from "../wire/splice.ts";
import { clientKeyId, tenantOf } from "./auth.ts";
import { bytesPerToken, type EstimateTokens, estimateTokens } from "./estimate-tokens.ts";
import { openExchange } from "./exchange.ts";
import { type PlannedRequest, planRequest } from "./plan-request.ts";
import type { RequestMemory } from "./request-memory.ts";

/** A request to a model endpoint as its route knows it. */
export type ModelCall = Readonly<{
  request: Request;
  codec: ClientCodec;
  /** Where the API's URL names the model. */
  address: ModelAddress | undefined;
  /** From here on the client waits for a model. */
  keepOpen: () => void;
  memory?: RequestMemory | undefined;
}>;

/** One request to a model endpoint, from its bytes to the answer. Never rejects: every failure is an answer in the client's format. */
export async function handle(call: ModelCall, deps: Dependencies): Promise<Response> {
  const { request, codec, address, keepOpen, memory } = call;
  const exchange = openExchange(request, codec, deps);
  try {
    const { requested } = exchange;
    const admit = codec.isLight === true ? () => undefined : exchange.admit;
    const recall = memory?.recall;
    const planned = await planRequest(request, codec, address, deps, { admit, keepOpen, requested, recall });
    if ("class" in planned) return exchange.fail(planned);
    const { bytes, json, facts, itinerary } = planned;
    const side = codec.sideCall?.(withoutRoutingMembers(json));
    if (side?.kind === "rejection") return exchange.fail(refusal(side));
    exchange.planned(planned);
    const tenant = once(() => tenantOf(request, deps.clientKeys));
    const input: AttemptInput = {
      client: {
        codec,
        bytes: withoutRouting(bytes, json),
        model: planned.model,
        canonical: once(() =>
          canonical(codec, withExactArguments(json, bytes), (value) =>
            withCaching(deps.reasoning.recall(tenant(), value), deps.gateway.catalog.translation),
          ),
        ),
        reasoningOf: (callId) => deps.reasoning.textOf(tenant(), callId),
        strict: planned.overrides.strict || deps.gateway.catalog.translation.onLoss === "reject",
        fetchMedia: mediaFetcher(deps.gateway.catalog.translation),
        side,
      },
      requestId: exchange.requestId,
      clientKey: () => clientKeyId(request, deps.clientKeys),
      clientHeaders: request.headers,
      tenant,
      facts,
      rule: itinerary.rule,
      validate: itinerary.validate,
      ranking: rankingAt(planned),
      onlyKey: planned.account?.key,
      // For limits that are corrected by what the upstream reports.
      estimatedTokens: Math.ceil(bytes.length / bytesPerToken),
      costLimit:
        planned.overrides.maxCostNanos === undefined
          ? undefined
          : await costLimit(planned, estimateTokens(deps.gateway), side),
      arrivedMs: exchange.startedMs,
      trace: exchange.trace,
      context: (served) => exchange.context(served, planned.asked ?? json),
      signal: request.signal,
      onAbort: exchange.onAbort,
    };
    const walked = await pursue(itinerary, input, deps);
    const { end } = walked;
    if (end.kind === "failed" && side?.estimate !== undefined && !isOfRequest(end)) {
      return exchange.tell(await side.estimate(estimateTokens(deps.gateway)), true);
    }
    const reply = exchange.answer(walked);
    return end.kind === "answered" ? (memory?.keep(reply, planned, end) ?? reply) : reply;
  } catch (thrown) {
    return exchange.fail(unexpected(thrown, exchange.requestId, deps));
  }
}

const ofRequest: ReadonlySet<ErrorClass> = new Set(["invalid-request", "context-too-long", "too-large", "internal"]);

/** What an upstream says of the request itself is the answer, even where the gateway could answer by itself. */
function isOfRequest({ outcome }: Extract<RouteEnd, { kind: "failed" }>): boolean {
  return outcome.kind === "failed" && ofRequest.has(outcome.error.class);
}

function refusal({ code, message, param }: Rejection): WireError {
  return failure("invalid-request", message, { code, param: param ?? undefined });
}

/** A request that goes on with something a vendor keeps can only go to that vendor's account. */
function rankingAt({ ranking, account }: PlannedRequest): RankingRequest {
  if (account === undefined) return ranking;
  return { ...ranking, preferences: { ...ranking.preferences, only: [account.provider] } };
}

/** Tokens are counted only for requests that come with a limit. */
async function costLimit(
  { overrides, facts }: PlannedRequest,
  estimate: EstimateTokens,
  side?: SideCall,
): Promise<CostLimit | undefined> {
  const { maxCostNanos } = overrides;
  if (maxCostNanos === undefined || side?.isLight === true) return undefined;
  const inputTokens = await estimate(facts.texts());
  return { maxNanos: maxCostNanos, inputTokens, outputTokens: side === undefined ? facts.maxTokens : 0 };
}

/** The body without the members that are meant for the gateway; every other byte stays. */
function withoutRouting(bytes: Uint8Array, json: JsonObject): Uint8Array {
  return withoutRoutingMembers(json) === json ? bytes : (spliceMembers(bytes, routingMembers) ?? bytes);
}

function canonical(
  codec: ClientCodec,
  json: JsonObject,
  complete: (request: Canonical) => Canonical,
): ReturnType<ClientCodec["decodeRequest"]> {
  const decoded = codec.decodeRequest(withoutRoutingMembers(json));
  if (decoded.kind === "rejection") return decoded;
  const normal = normalise(complete(decoded.value), decoded.places);
  return { ...normal, losses: [...decoded.losses, ...normal.losses] };
}

/** What the client says of caching counts. */
function withCaching(request: Canonical, { autoCache }: Translation): Canonical {
  return autoCache ? { caching: "automatic", ...request } : request;
}

/** The same URL is fetched once, however many upstreams the request is put to. */
function mediaFetcher(translation: Translation): Fetcher | undefined {
  if (!translation.downloads) return undefined;
  const limits: DownloadLimits = {
    maxBytes: translation.downloadMaxBytes,
    timeoutMs: translation.downloadTimeoutMs,
    allowPrivate: translation.downloadPrivate,
  };
  const fetched = new Map<string, ReturnType<Fetcher>>();
  return (url) => {
    const known = fetched.get(url);
    if (known !== undefined) return known;
    const fetching = downloadMedia(url, limits);
    fetched.set(url, fetching);
    return fetching;
  };
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
