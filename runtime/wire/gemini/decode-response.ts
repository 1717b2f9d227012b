import { assembleBlocks } from "../assemble-blocks.ts";
import type { Json, JsonObject, Response, WireError } from "../canonical.ts";
import type { AnswerMap, Decoded } from "../codec.ts";
import { arrayOf, isObject, lookup, objectOf, stringOf } from "../json.ts";
import { notes } from "../notes.ts";
import { answerReader } from "./answer-reader.ts";
import { badAnswer } from "./error.ts";

type Failed = Readonly<{ kind: "failed"; error: WireError }>;

/**
 * Body of a 2xx (@google/genai 3.1.0 `GenerateContentResponse`), which is a stream of a single chunk. An error inside it,
 * or an answer that says nothing, not even why, is a failure.
 */
export function decodeResponse(body: Json, answer: AnswerMap): Decoded<Response> | Failed {
  if (!isObject(body)) return failed(badAnswer("The upstream's answer is not a JSON object."));
  const found = notes();
  const reader = answerReader(answer, (index) => found.lose("dropped", `candidates[0].content.parts[${index}]`));
  const events = reader.read(body);
  const error = events.find((event) => event.kind === "error");
  if (error !== undefined) return failed(error.error);
  const blocks = assembleBlocks(events);
  const told = events.find((event) => event.kind === "stop")?.stop;
  if (told === undefined && blocks.length === 0) {
    return failed(badAnswer("The upstream's answer holds nothing.", "upstream_empty"));
  }
  if (arrayOf(body["candidates"]).length > 1) found.lose("dropped", "candidates[1]");
  const hasCalls = blocks.some(({ kind }) => kind === "tool-call");
  const value: Response = {
    id: stringOf(body["responseId"]) ?? "",
    model: stringOf(body["modelVersion"]) ?? "",
    blocks,
    stop: told ?? { reason: hasCalls ? "tool-calls" : "end" },
    usage: events.find((event) => event.kind === "usage")?.usage,
    serviceTier: tierOf(body),
  };
  return { kind: "decoded", value, losses: found.losses() };
}

const tiers: Readonly<Record<string, NonNullable<Response["serviceTier"]>>> = {
  standard: "standard",
  flex: "flex",
  priority: "priority",
};

function tierOf(body: JsonObject): Response["serviceTier"] {
  const tier = stringOf(objectOf(body["usageMetadata"])?.["serviceTier"]);
  return lookup(tiers, tier?.toLowerCase());
}

function failed(error: WireError): Failed {
  return { kind: "failed", error };
}
