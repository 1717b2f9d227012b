import type { Block, Json, JsonObject, Response, WireError } from "../canonical.ts";
import type { AnswerMap, Decoded } from "../codec.ts";
import { filledString, isArray, isObject, lookup, parseJson, stringOf } from "../json.ts";
import { notes } from "../notes.ts";
import { badAnswer, embeddedError } from "../openai-chat/error.ts";
import { decodeOutput } from "./decode-output.ts";
import { decodeStop } from "./stop.ts";
import { decodeUsage } from "./usage.ts";

type Failed = Readonly<{ kind: "failed"; error: WireError }>;

/** Body of a 2xx (openai 7.55.0 `Response`). An error inside it, or no output at all, is a failure. */
export function decodeResponse(body: Json, answer: AnswerMap): Decoded<Response> | Failed {
  if (!isObject(body)) return failed(badAnswer("The upstream's answer is not a JSON object."));
  const error = failureIn(body);
  if (error !== undefined) return failed(error);
  if (!isArray(body["output"])) return failed(badAnswer("The upstream's answer holds no output.", "upstream_empty"));
  const found = notes();
  const model = stringOf(body["model"]) ?? "";
  const blocks = decodeOutput(body["output"], { answer, model, found });
  const kept = blocks.filter((block) => !isCut(block));
  const hasCutCall = kept.length < blocks.length;
  if (hasCutCall) found.lose("truncated_tool_call", "output");
  const value: Response = {
    id: stringOf(body["id"]) ?? "",
    model,
    blocks: kept,
    stop: decodeStop(body, { hasCalls: kept.some(isCall), hasCutCall, refusal: refusalIn(kept) }),
    usage: decodeUsage(body["usage"]),
    serviceTier: lookup(serviceTiers, stringOf(body["service_tier"])),
  };
  return { kind: "decoded", value, losses: found.losses() };
}

/** Why a response object is no answer. */
export function failureIn(response: JsonObject): WireError | undefined {
  if (isObject(response["error"]) || typeof response["error"] === "string") return embeddedError(response);
  const { status } = response;
  if (status !== "failed" && status !== "cancelled") return undefined;
  return badAnswer(`The upstream's response is '${status}'.`);
}

/** A call whose arguments the limit cut off must not be run. */
function isCut(block: Block): boolean {
  if (block.kind !== "tool-call" || block.tool === "custom" || block.argumentsText.trim() === "") return false;
  return parseJson(block.argumentsText) === undefined;
}

function isCall({ kind }: Block): boolean {
  return kind === "tool-call";
}

export function refusalIn(blocks: readonly Block[]): string | undefined {
  return filledString(blocks.map((block) => (block.kind === "refusal" ? block.text : "")).join(""));
}

const serviceTiers: Readonly<Record<string, NonNullable<Response["serviceTier"]>>> = {
  default: "standard",
  auto: "standard",
  scale: "standard",
  flex: "flex",
  priority: "priority",
  fast: "priority",
};

function failed(error: WireError): Failed {
  return { kind: "failed", error };
}
