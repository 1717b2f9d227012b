import type { StreamReader, UpstreamCodec } from "./codec.ts";
import { cutAtStop, type LocalStop, localStop } from "./local-stop.ts";

type AnswerReading = Pick<UpstreamCodec, "decodeResponse" | "streamReader">;

/** Reads answers that end, for the client, at the stop sequences which their upstream has no field for. */
export function obeyLocalStop({ decodeResponse, streamReader }: AnswerReading): AnswerReading {
  return {
    decodeResponse(body, answer) {
      const decoded = decodeResponse(body, answer);
      if (decoded.kind === "failed" || answer.localStop === undefined) return decoded;
      return { ...decoded, value: cutAtStop(decoded.value, answer.localStop) };
    },
    streamReader(answer) {
      const reader = streamReader(answer);
      if (answer.localStop === undefined) return reader;
      return untilStop(reader, localStop(answer.localStop));
    },
  };
}

/**
 * Behind the stop the upstream would only go on to make tokens that cost money, so the answer is over as soon as it is known
 * what it took so far: at once where every event tells (Gemini), else with the upstream's last word, since what a model has
 * thought unseen nobody can guess.
 */
function untilStop(reader: StreamReader, { push, isCut }: LocalStop): StreamReader {
  let isOver = false;
  return {
    push(event) {
      if (isOver) return [];
      const told = reader.push(event).flatMap(push);
      isOver = told.some(({ kind }) => kind === "end");
      if (isOver || !isCut() || !told.some(({ kind }) => kind === "usage")) return told;
      isOver = true;
      return [...told, { kind: "end", early: true }];
    },
    end: () => (isOver ? [] : reader.end().flatMap(push)),
  };
}
