import type { AnsweredCall, Failed } from "../upstream/attempt.ts";
import type { Response as Answer, Json, Loss } from "../wire/canonical.ts";
import type { Decoded } from "../wire/codec.ts";
import { joinAnswers } from "./join-rounds.ts";
import { maxRounds, nextRound } from "./next-round.ts";
import { decodeAnswer, readAnswer } from "./read-answer.ts";

/** A client of another format knows no pause: what it gets ends like any other answer, and is told of here. */
const pausedForGood: Loss = { code: "paused", field: "stop_reason" };

/** A whole answer with all its rounds, for a client of another format. `first` is what `call` gave. */
export async function continuedAnswer(call: AnsweredCall, first: Decoded<Answer>): Promise<Decoded<Answer> | Failed> {
  let answer = first;
  let said: readonly Json[] = [];
  for (let round = 1; answer.value.stop.resume !== undefined && round < maxRounds; round += 1) {
    said = [...said, ...answer.value.stop.resume];
    const next = await nextRound(call, said, call.input.signal);
    if (next.kind === "failed") return next;
    const read = await readAnswer(next.call);
    if (read.kind === "failed") return read;
    const later = decodeAnswer(next.call, read.bytes);
    if (later.kind === "failed") return later;
    const losses = [...answer.losses, ...later.losses];
    answer = { kind: "decoded", value: joinAnswers(answer.value, later.value), losses };
  }
  return answer.value.stop.reason === "pause" ? { ...answer, losses: [...answer.losses, pausedForGood] } : answer;
}
