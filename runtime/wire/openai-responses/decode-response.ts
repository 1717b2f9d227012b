import { assembleBlocks } from "../assemble-blocks.ts";
import type { Json, JsonObject, Response, WireError } from "../canonical.ts";
import type { AnswerMap, Decoded } from "../codec.ts";
import { arrayOf, isArray, isObject, lookup, objectOf, stringOf } from "../json.ts";
import { type Notes, notes } from "../notes.ts";
import { badAnswer } from "../openai-chat/error.ts";
import { failureOf } from "./error.ts";
import { isReadable, outputReader } from "./output-reader.ts";
import { decodeStop } from "./stop.ts";
import { decodeUsage } from "./usage.ts";

type Failed = Readonly<{ kind: "failed"; error: WireError }>;

/** Body of a 2xx (openai 7.55.0 `Response`). An error inside it, or no output at all, is a failure. */
export function decodeResponse(body: Json, answer: AnswerMap): Decoded<Response> | Failed {
  if (!isObject(body)) return failed(badAnswer("The upstream's answer is not a JSON object."));
  const error = failureOf(body) ?? (isRunning(body) ? stillRunning : undefined);
  if (error !== undefined) return failed(error);
  if (!isArray(body["output"])) return failed(badAnswer("The upstream's answer holds no output.", "upstream_empty"));
  const found = notes();
  const reader = outputReader(answer);
  const id = stringOf(body["id"]) ?? "";
  const model = stringOf(body["model"]) ?? "";
  reader.begin({ id, model });
  const blocks = assembleBlocks(reader.finish(body["output"]));
  const outcome = reader.outcome();
  const cutCalls = body["status"] === "incomplete" ? outcome.unfinishedCalls : new Set<string>();
  noteLosses(body, cutCalls, found);
  const value: Response = {
    id,
    model,
    blocks: blocks.filter((block) => block.kind !== "tool-call" || !cutCalls.has(block.id)),
    stop: decodeStop(body, outcome),
    usage: decodeUsage(body, reader.searches()),
    serviceTier: lookup(serviceTiers, stringOf(body["service_tier"])),
  };
  return { kind: "decoded", value, losses: found.losses() };
}

function noteLosses(body: JsonObject, cutCalls: ReadonlySet<string>, found: Notes): void {
  for (const [index, item] of arrayOf(body["output"]).entries()) {
    if (isObject(item) && !isReadable(item)) found.lose("dropped", `output[${index}]`);
  }
  if (cutCalls.size > 0) found.lose("truncated_tool_call", "output");
  const reason = stringOf(objectOf(body["incomplete_details"])?.["reason"]);
  if (reason !== undefined && !knownReasons.has(reason)) found.lose("dropped", "incomplete_details.reason");
}

const knownReasons: ReadonlySet<string> = new Set(["max_output_tokens", "content_filter"]);

/** The answer of a request that is to run in the background. */
function isRunning({ status }: JsonObject): boolean {
  return status === "queued" || status === "in_progress";
}

const stillRunning: WireError = {
  class: "timeout",
  status: 504,
  message: "The upstream answered before its response was finished.",
  code: "response_in_progress",
};

const serviceTiers: Readonly<Record<string, NonNullable<Response["serviceTier"]>>> = {
  default: "standard",
  auto: "standard",
  scale: "standard",
  flex: "flex",
  priority: "priority",
  fast: "priority",
  ultrafast: "priority",
};

function failed(error: WireError): Failed {
  return { kind: "failed", error };
}
