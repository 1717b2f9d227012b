import type { Tried } from "./attempt-loop.ts";
import { noteUse } from "./note-use.ts";

/** Lets go of an answer that no client gets: what it has used by now is written down, its connection closed, its place free. */
export function giveUp({ outcome, candidate, record }: Extract<Tried, { kind: "answered" }>): void {
  noteUse(record, candidate.lease, outcome.body.used());
  if (outcome.body.kind === "stream") outcome.body.body.cancel();
  candidate.release();
}
