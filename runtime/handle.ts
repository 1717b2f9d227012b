import type { AttemptInput } from "./attempt.ts";
import type { Translation } from "./contract.ts";
import type { Dependencies } from "./dependencies.ts";
import { failure } from "./errors.ts";
import { openExchange } from "./exchange.ts";
import { type DownloadLimits, downloadMedia } from "./media/download-media.ts";
import type { Fetcher } from "./media/inline-media.ts";
import { planRequest } from "./plan-request.ts";
import { pursue } from "./routing/pursue.ts";
import { routingMembers, withoutRoutingMembers } from "./routing/routing-members.ts";
import type { ModelAddress } from "./wire/address.ts";
import type { JsonObject } from "./wire/canonical.ts";
import type { ClientCodec } from "./wire/codec.ts";
import { normalise } from "./wire/normalise.ts";
import { spliceMembers } from "./wire/splice.ts";

/** One request to a model endpoint, from its bytes to the answer. Never rejects: every failure is an answer in the client's format. */
export async function handle(
  request: Request,
  codec: ClientCodec,
  address: ModelAddress | undefined,
  deps: Dependencies,
  keepOpen: () => void,
): Promise<Response> {
  const exchange = openExchange(request, codec, deps);
  try {
    const { admit, requested } = exchange;
    const planned = await planRequest(request, codec, address, deps, { admit, keepOpen, requested });
    if ("class" in planned) return exchange.fail(planned);
    const { bytes, json, facts, itinerary } = planned;
    exchange.planned(itinerary, facts.stream);
    const input: AttemptInput = {
      client: {
        codec,
        bytes: withoutRouting(bytes, json),
        model: planned.model,
        canonical: once(() => canonical(codec, json)),
        strict: planned.overrides.strict || deps.gateway.catalog.translation.onLoss === "reject",
        fetchMedia: mediaFetcher(deps.gateway.catalog.translation),
      },
      clientHeaders: request.headers,
      facts,
      validate: itinerary.validate,
      ranking: planned.ranking,
      estimatedTokens: Math.ceil(bytes.length / bytesPerToken),
      arrivedMs: exchange.startedMs,
      context: (served) => exchange.context(served, json),
      signal: request.signal,
      onAbort: exchange.onAbort,
    };
    return exchange.answer(await pursue(itinerary, input, deps));
  } catch (thrown) {
    deps.warn(
      `request ${exchange.requestId}: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`,
    );
    return exchange.fail(failure("internal", "The gateway failed on this request; its log says why."));
  }
}

/** As good as any guess without counting, for limits that are corrected by what the upstream reports. */
const bytesPerToken = 4;

/** The body without the members that are meant for the gateway; every other byte stays. */
function withoutRouting(bytes: Uint8Array, json: JsonObject): Uint8Array {
  return withoutRoutingMembers(json) === json ? bytes : (spliceMembers(bytes, routingMembers) ?? bytes);
}

function canonical(codec: ClientCodec, json: JsonObject): ReturnType<ClientCodec["decodeRequest"]> {
  const decoded = codec.decodeRequest(withoutRoutingMembers(json));
  if (decoded.kind === "rejection") return decoded;
  const normal = normalise(decoded.value);
  return { ...normal, losses: [...decoded.losses, ...normal.losses] };
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
