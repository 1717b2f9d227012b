import { assembleBlocks } from "../assemble-blocks.ts";
import type { Json, JsonObject, Response, WireError } from "../canonical.ts";
import type { AnswerMap, Decoded } from "../codec.ts";
import { arrayOf, filledString, isObject, lookup, objectOf, stringOf } from "../json.ts";
import { notes } from "../notes.ts";
import { badAnswer, embeddedError } from "./error.ts";
import { groundingEvents } from "./grounding.ts";
import { partReader } from "./part-reader.ts";
import { decodeStop } from "./stop.ts";
import { decodeUsage } from "./usage.ts";

type Failed = Readonly<{ kind: "failed"; error: WireError }>;

/** Body of a 2xx (@google/genai 3.1.0 `GenerateContentResponse`). Neither candidate nor verdict on the prompt is a failure. */
export function decodeResponse(body: Json, answer: AnswerMap): Decoded<Response> | Failed {
  if (!isObject(body)) return failed(badAnswer("The upstream's answer is not a JSON object."));
  if (body["error"]) return failed(embeddedError(body));
  const found = notes();
  const responseId = stringOf(body["responseId"]) ?? "";
  const model = stringOf(body["modelVersion"]) ?? "";
  const head = { id: responseId, model, usage: decodeUsage(body["usageMetadata"]), serviceTier: tierOf(body) };
  const candidate = arrayOf(body["candidates"]).find(isObject);
  const blocked = blockReason(body);
  if (candidate === undefined) {
    if (blocked === undefined) return failed(badAnswer("The upstream's answer holds no candidate.", "upstream_empty"));
    const stop = { reason: "refusal", explanation: blocked } as const;
    return { kind: "decoded", value: { ...head, blocks: [], stop }, losses: [] };
  }
  const parts = partReader(answer, () => ({ responseId, model }));
  const items = arrayOf(objectOf(candidate["content"])?.["parts"]).filter(isObject);
  for (const [index, part] of items.entries()) {
    if (part["inlineData"] !== undefined) found.lose("dropped", `candidates[0].content.parts[${index}].inlineData`);
  }
  const said = [...items.flatMap((part) => parts.push(part)), ...parts.end()];
  const cited = groundingEvents(candidate["groundingMetadata"], parts.text());
  const finish = filledString(candidate["finishReason"]);
  const message = filledString(candidate["finishMessage"]);
  const stop = decodeStop({ finish, message, hasCalls: parts.hasCalls(), hasText: parts.hasText() });
  if (stop === undefined) {
    return failed(badAnswer(message ?? `The upstream ended its answer with ${finish}.`, "upstream_invalid_response"));
  }
  return {
    kind: "decoded",
    value: { ...head, blocks: assembleBlocks([...said, ...cited]), stop },
    losses: found.losses(),
  };
}

/** Why a prompt was not answered at all. */
export function blockReason(body: JsonObject): string | undefined {
  return filledString(objectOf(body["promptFeedback"])?.["blockReason"]);
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
