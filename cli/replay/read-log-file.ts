import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { type Outcome, type RecordedRequest, readLine, type Unusable } from "./recorded-exchange.ts";

/** What a log file holds for a replay. */
export type Recording = Readonly<{
  requests: readonly RecordedRequest[];
  /** How each ended, by its id: as the last of its attempts did. */
  outcomes: ReadonlyMap<string, Outcome>;
  /** How many were left out, by the reason. */
  leftOut: ReadonlyMap<Unusable, number>;
}>;

/** Reads the first `limit` requests of a file and all that became of them. Rejects when the file cannot be read. */
export async function readLogFile(path: string, limit: number): Promise<Recording> {
  const requests: RecordedRequest[] = [];
  const outcomes = new Map<string, Outcome>();
  const leftOut = new Map<Unusable, number>();
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY });
  for await (const text of lines) {
    if (text === "") continue;
    const line = readLine(text);
    if (line.kind === "request" && requests.length < limit) requests.push(line.request);
    if (line.kind === "answer") outcomes.set(line.requestId, line.outcome);
    if (line.kind === "unusable") leftOut.set(line.why, (leftOut.get(line.why) ?? 0) + 1);
  }
  return { requests, outcomes, leftOut };
}
