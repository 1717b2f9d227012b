import { drain } from "../server/drain.ts";
import type { AnsweredCall } from "../upstream/attempt.ts";
import type { BodyRead, UpstreamBody } from "../upstream/upstream.ts";
import type { Json } from "../wire/canonical.ts";
import { maxRounds, nextRound } from "./next-round.ts";
import type { ResumableRelay } from "./relay.ts";
import { within } from "./within.ts";

const nothingYet: BodyRead = { kind: "chunk", bytes: new Uint8Array(0) };

/**
 * The bodies of all rounds of a streamed answer as one. Where `relay` saw a pause, the next read asks the upstream to go
 * on; after the last round a pause is the answer's end.
 */
export function continuedBody(call: AnsweredCall, relay: ResumableRelay): UpstreamBody {
  let current = call.body;
  let said: readonly Json[] = [];
  let round = 1;
  let left: AbortController | undefined;
  let opening: Promise<BodyRead> | undefined;

  async function open(): Promise<BodyRead> {
    const gone = new AbortController();
    left = gone;
    const next = await nextRound(call, said, AbortSignal.any([call.input.signal, gone.signal]));
    if (next.kind === "failed") return { kind: "failed", error: next.error };
    current = next.call.body;
    if (gone.signal.aborted) current.cancel();
    return nothingYet;
  }

  return {
    read: async (maxWaitMs) => {
      const paused = relay.paused();
      if (paused !== undefined && round === maxRounds) return { kind: "end" };
      if (paused !== undefined) {
        void drain(current);
        round += 1;
        said = [...said, ...paused];
        relay.resume();
        opening = open();
      }
      if (opening === undefined) return await current.read(maxWaitMs);
      const outcome = maxWaitMs === undefined ? await opening : await within(opening, maxWaitMs);
      if (outcome.kind !== "waiting") opening = undefined;
      return outcome;
    },
    cancel: () => {
      left?.abort();
      current.cancel();
    },
  };
}
