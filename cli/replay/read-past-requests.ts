import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import type { Json, JsonObject } from "../../runtime/wire/canonical.ts";
import { arrayOf, objectOf, parseJson } from "../../runtime/wire/json.ts";
import { type PastRequest, pastRequest } from "./past-request.ts";

/** What a file tells of past requests. */
export type Past = Readonly<{
  requests: readonly PastRequest[];
  /** How many lines were no past request, nor anything else that a log file has. */
  foreign: number;
}>;

/**
 * Reads the first `limit` requests of a file: one that `--log-file` wrote, or what `arouter traces --json` printed. Rejects
 * when the file cannot be read.
 */
export async function readPastRequests(path: string, limit: number): Promise<Past> {
  const requests: PastRequest[] = [];
  let foreign = 0;
  let document: string[] | undefined;
  for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
    // A page of traces is printed over many lines.
    if (text === "{") document = [];
    if (document !== undefined) document.push(text);
    else if (text !== "") foreign += take(parseJson(text));
  }
  if (document !== undefined) foreign += take(parseJson(document.join("\n")));
  return { requests, foreign };

  /** How many of it are of no use. */
  function take(json: Json | undefined): number {
    const found = tracesIn(objectOf(json));
    if (found === undefined) return 1;
    const read = found.flatMap((one) => pastRequest(one) ?? []);
    requests.push(...read.slice(0, limit - requests.length));
    return found.length - read.length;
  }
}

/** None for the other lines of a log file; undefined for what is no part of one. */
function tracesIn(json: JsonObject | undefined): readonly Json[] | undefined {
  if (json === undefined) return undefined;
  if (json["direction"] === "finished") return [json["trace"] ?? null];
  if (json["direction"] === "request" || json["direction"] === "response") return [];
  if (json["traces"] !== undefined) return arrayOf(json["traces"]);
  return json["model_requested"] === undefined ? undefined : [json];
}
