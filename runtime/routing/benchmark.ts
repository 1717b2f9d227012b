import { pump } from "../answer/pump.ts";
import { after, afterInBackground } from "../clock.ts";
import type { Offer } from "../contract.ts";
import { offerPrice } from "../money/offer-price.ts";
import type { Dependencies } from "../server/dependencies.ts";
import type { AttemptInput } from "../upstream/attempt.ts";
import { codecs } from "../wire/formats.ts";
import { createAttemptLog } from "./attempt-log.ts";
import type { Tried } from "./attempt-loop.ts";
import { finishAnswer } from "./finish-answer.ts";
import { defaultPreferences } from "./preferences.ts";
import { tryCandidate } from "./try-candidate.ts";

/** Asks every configured upstream model for a few words from time to time, so that its speed is known before it is needed. */
export type Benchmark = Readonly<{
  /** Measures for the first time after half a minute, and then after every interval until `stop`. */
  start(): void;
  stop(): void;
}>;

const firstRunMs = 30_000;
const oneAnswerMs = 30_000;
/** What traffic has measured so lately is not paid for again. */
const freshMs = 60_000;

/** Short, and yet long enough for an answer whose speed says something of the model. */
const maxOutputTokens = 32;
const prompt = "Count from one to forty in words.";

/**
 * Measures as `catalog.benchmark` says; does nothing unless it is enabled, since it costs money. Every request is an
 * attempt like a client's: it goes through limits, breakers and keys, counts in metrics, and its speed is noted with
 * theirs. An answer that takes too long is given up, and says nothing about its upstream.
 */
export function createBenchmark(deps: Dependencies, { firstMs = firstRunMs, limitMs = oneAnswerMs } = {}): Benchmark {
  const { enabled, intervalMs } = deps.gateway.catalog.benchmark;
  let stopped = new AbortController();

  /** One after the other, so that they do not slow each other down. */
  async function measureAll(notWithinMs: number, round: AbortSignal): Promise<void> {
    for (const offer of offersOf(deps.gateway)) {
      if (round.aborted) return;
      if (!isMeasured(offer, notWithinMs)) await measure(offer, limitMs, round, deps);
    }
  }

  function isMeasured({ provider, model }: Offer, withinMs: number): boolean {
    const speeds = deps.hot.throughput.report();
    return speeds.some((one) => one.provider === provider && one.model === model && one.ageMs < withinMs);
  }

  function runLater(ms: number, notWithinMs: number, round: AbortSignal): void {
    const run = async (): Promise<void> => {
      await measureAll(notWithinMs, round);
      if (!round.aborted) runLater(intervalMs, freshMs, round);
    };
    afterInBackground(ms, () => void run());
  }

  return {
    start: () => {
      // At first whatever is known from this interval: a configuration that is reloaded does not pay for it again.
      if (enabled) runLater(firstMs, intervalMs, stopped.signal);
    },
    stop: () => {
      stopped.abort();
      stopped = new AbortController();
    },
  };
}

/** Everything that serves a configured model name, each once. */
function offersOf({ catalog, resolve }: Dependencies["gateway"]): Iterable<Offer> {
  const offers = catalog.models.flatMap((model) => resolve(model)?.offers ?? []);
  return new Map(offers.map((offer) => [`${offer.provider}\n${offer.model}`, offer])).values();
}

/** One streamed answer. An offer that cannot be asked right now is left for the next time. */
async function measure(offer: Offer, limitMs: number, stopped: AbortSignal, deps: Dependencies): Promise<void> {
  const abort = new AbortController();
  const end = () => abort.abort();
  const cancelLimit = after(limitMs, end);
  stopped.addEventListener("abort", end, { once: true });
  const input = inputFor(offer, abort.signal, deps);
  const use = { exclude: new Set<string>(), lastResort: false, again: false, tokens: input.estimatedTokens };
  const claimed = deps.hot.claim(offer, use);
  if (!("why" in claimed)) {
    const log = createAttemptLog(deps.epochMs, deps.upstream.now, (offered, epochMs) =>
      offerPrice(offered, deps.gateway, epochMs),
    );
    const tried = await tryCandidate(claimed, { input, deps, log, deadlineMs: Number.POSITIVE_INFINITY });
    if (tried.kind === "answered") await readToEnd(tried, abort.signal, deps);
  }
  cancelLimit();
  stopped.removeEventListener("abort", end);
}

/** In the one format whose translation knows what each upstream calls its limit of tokens. */
function inputFor({ model }: Offer, signal: AbortSignal, deps: Dependencies): AttemptInput {
  const codec = codecs["anthropic-messages"];
  const json = { model, max_tokens: maxOutputTokens, stream: true, messages: [{ role: "user", content: prompt }] };
  const nowMs = deps.epochMs();
  const requestId = deps.newRequestId();
  return {
    client: {
      codec,
      bytes: new TextEncoder().encode(JSON.stringify(json)),
      model,
      canonical: () => codec.decodeRequest(json),
      fetchMedia: undefined,
      strict: false,
    },
    requestId,
    clientKey: () => undefined,
    clientHeaders: new Headers(),
    tenant: () => "",
    facts: codec.facts(json),
    rule: "none",
    validate: [],
    estimatedTokens: maxOutputTokens,
    arrivedMs: deps.upstream.now(),
    ranking: {
      preferences: defaultPreferences,
      clientFormat: codec.format,
      usedParameters: () => [],
      wantsThinking: () => false,
    },
    context: (served) => ({
      requestId,
      createdSeconds: Math.floor(nowMs / 1000),
      model: served,
      request: json,
    }),
    signal,
    onAbort: () => undefined,
  };
}

/** Its end is what notes the speed. */
async function readToEnd(
  tried: Extract<Tried, { kind: "answered" }>,
  signal: AbortSignal,
  deps: Dependencies,
): Promise<void> {
  const end = { ...tried, hedge: undefined };
  const { body } = tried.outcome;
  if (body.kind === "whole") return finishAnswer(end, "finished", deps);
  const stream = pump({
    ...body,
    keepAlive: new Uint8Array(0),
    keepAliveMs: oneAnswerMs,
    stalledClientMs: 0,
    onEnd: (how) => finishAnswer(end, signal.aborted ? "client-gone" : how, deps),
  });
  await stream.pipeTo(new WritableStream());
}
