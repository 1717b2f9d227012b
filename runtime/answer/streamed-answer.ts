import { usedOf } from "../money/used.ts";
import { type Answer, type AnsweredCall, type Failed, failed } from "../upstream/attempt.ts";
import { renamedFrames } from "../upstream/rename-model.ts";
import type { UpstreamBody } from "../upstream/upstream.ts";
import type { Verdict } from "../validation/validation.ts";
import type { BodyFacts } from "../wire/codec.ts";
import { continuedBody } from "./continued-body.ts";
import { judgeAnswer } from "./judge-answer.ts";
import { type Hold, openStream } from "./open-stream.ts";
import { forwardRelay, type Relay, translatingRelay } from "./relay.ts";

/** Before this, a streaming upstream's silence holds the client's headers back too. */
const holdForContentMs = 10_000;

/** A stream, read as far as it takes to know that it may be shown. */
export async function streamedAnswer(call: AnsweredCall): Promise<Answer | Failed> {
  const { input, deps, prepared } = call;
  const schema = input.validate.length === 0 ? undefined : input.facts.outputSchema();
  const { relay, body } = prepared.native ? forwarded(call) : translated(call);
  const hold = holdFor(call, relay, schema);
  const opened = await openStream(body, relay, hold, deps.upstream.now);
  const used = () =>
    usedOf({
      reported: relay.usage(),
      isWhole: relay.stopped(),
      spokenChars: relay.spokenChars(),
      estimatedInput: input.estimatedTokens,
    });
  if (opened.kind === "failed") return { ...failed(opened.error, call.upstream), used: used() };
  const unseen = hold.kind === "window" && opened.verdict.kind !== "failed" && !opened.judgedWhole;
  const observe = unseen ? () => observeLeak(call, hold.validate) : undefined;
  return {
    kind: "answered",
    body: { kind: "stream", head: opened.head, relay, body, observe, used, said: relay.said },
    verdict: opened.verdict,
    empty: relay.empty(),
    losses: prepared.losses,
    upstream: call.upstream,
  };
}

type Source = Readonly<{ relay: Relay; body: UpstreamBody }>;

function forwarded({ input, prepared, target, body, deps }: AnsweredCall): Source {
  const { requestId, model } = input.context(target.model);
  const collects = input.validate.length > 0;
  const { upstream, filter, answer } = prepared;
  const isRenamed = deps.gateway.catalog.replyModel === "requested";
  const rename = isRenamed ? (frames: Uint8Array) => renamedFrames(frames, upstream.format, model) : undefined;
  const keepsText = prepared.surface.dialect.reasoningRequired === true;
  const watch = keepsText ? deps.reasoning.watch(input.tenant(), keepsText) : undefined;
  const relay = forwardRelay(upstream, input.client.codec, requestId, collects, { filter, answer, rename, watch });
  return { relay, body };
}

function translated(call: AnsweredCall): Source {
  const { input, prepared, target, deps } = call;
  const { upstream, answer } = prepared;
  const watch = deps.reasoning.watch(input.tenant(), prepared.surface.dialect.reasoningRequired);
  const relay = translatingRelay(upstream, input.client.codec, answer, input.context(target.model), watch);
  return { relay, body: continuedBody(call, relay) };
}

function holdFor(call: AnsweredCall, relay: Relay, schema: ReturnType<BodyFacts["outputSchema"]>): Hold {
  const { input, deps } = call;
  if (input.validate.length === 0) return { kind: "content", maxMs: holdForContentMs };
  const { bufferBytes, maxMs } = deps.gateway.catalog.preflush;
  return {
    kind: "window",
    bufferBytes,
    maxMs,
    candidate: () => (schema?.of === "tool-input" ? relay.collected.toolText() : relay.collected.text()),
    validate: () => judgeAnswer(call, relay.collected.blocks()),
  };
}

/** An answer longer than the window can fail its validators after it was shown; that is only worth a line in the log. */
async function observeLeak(call: AnsweredCall, validate: () => Promise<Verdict>): Promise<void> {
  const verdict = await validate();
  if (verdict.kind !== "failed") return;
  call.deps.metrics.leak(call.input.rule, call.input.client.codec.format);
  call.deps.log.warn(
    `a streamed answer of ${call.target.model} failed validation behind the window: ${verdict.message}`,
  );
}
