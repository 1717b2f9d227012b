import type { UpstreamCodec } from "./codec.ts";
import { cutAtStop, localStop } from "./local-stop.ts";

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
      const { push } = localStop(answer.localStop);
      return {
        push: (event) => reader.push(event).flatMap(push),
        end: () => reader.end().flatMap(push),
      };
    },
  };
}
