import type { Block, Json, JsonObject, Response, ToolCall, WireError } from "../canonical.ts";
import type { AnswerMap, Decoded } from "../codec.ts";
import { unwrapCustomText } from "../custom-tool.ts";
import { arrayOf, filledString, isObject, lookup, objectOf, stringOf } from "../json.ts";
import { type Notes, notes } from "../notes.ts";
import {
  answerSeed,
  callBody,
  callEntries,
  contentText,
  contentThinking,
  decodeCitations,
  uniqueIds,
} from "./decode-answer.ts";
import { textOf } from "./decode-messages.ts";
import { callSignature, decodeReasoning } from "./decode-reasoning.ts";
import { badAnswer, embeddedError } from "./error.ts";
import { decodeStop, isCut } from "./stop.ts";
import { splitThinkTags } from "./think-tags.ts";
import { decodeUsage } from "./usage.ts";

type Failed = Readonly<{ kind: "failed"; error: WireError }>;

/** Body of a 2xx (openai 7.55.0 `ChatCompletion`). An error inside it, or no message at all, is a failure. */
export function decodeResponse(body: Json, answer: AnswerMap): Decoded<Response> | Failed {
  if (!isObject(body)) return failed(badAnswer("The upstream's answer is not a JSON object."));
  if (body["error"]) return failed(embeddedError(body));
  const found = notes();
  const choices = arrayOf(body["choices"]).filter((choice) => isObject(objectOf(choice)?.["message"]));
  const choice = mergedChoice(choices.filter(isObject), found);
  const message = objectOf(choice?.["message"]);
  if (choice === undefined || message === undefined) {
    return failed(badAnswer("The upstream's answer holds no message.", "upstream_empty"));
  }
  return decodeChoice(body, choice, message, answer, found);
}

function decodeChoice(
  body: JsonObject,
  choice: JsonObject,
  message: JsonObject,
  answer: AnswerMap,
  found: Notes,
): Decoded<Response> | Failed {
  const finish = filledString(choice["finish_reason"]);
  const refusal = filledString(message["refusal"]);
  const calls = decodeCalls(message, answerSeed(body), answer);
  const kept = calls.filter((call) => !isCut(call, finish));
  const hasCutCall = kept.length < calls.length;
  const stop = decodeStop({ finish, hasCalls: kept.length > 0, hasCutCall, refusal });
  if (stop.reason === "error") return failed(badAnswer(`The upstream ended its answer with '${finish}'.`));
  if (hasCutCall) found.lose("truncated_tool_call", "choices[0].message.tool_calls");
  const value: Response = {
    id: stringOf(body["id"]) ?? "",
    model: stringOf(body["model"]) ?? "",
    blocks: [...decodeSpoken(message, refusal, answer, found), ...kept],
    stop,
    usage: decodeUsage(body["usage"], body["service_tier"]),
    serviceTier: lookup(serviceTiers, stringOf(body["service_tier"])),
  };
  return { kind: "decoded", value, losses: found.losses() };
}

const serviceTiers: Readonly<Record<string, NonNullable<Response["serviceTier"]>>> = {
  default: "standard",
  auto: "standard",
  scale: "standard",
  flex: "flex",
  priority: "priority",
  fast: "priority",
};

/** One answer in several choices: text in the first and calls in another, as some resellers of Claude send it. */
function mergedChoice(choices: readonly JsonObject[], found: Notes): JsonObject | undefined {
  const [first, ...others] = choices;
  if (first === undefined || others.length === 0) return first;
  const calling = others.find((choice) => callsOf(choice).length > 0);
  if (calling === undefined || callsOf(first).length > 0) {
    found.lose("dropped", "choices[1]");
    return first;
  }
  const message: JsonObject = { ...objectOf(first["message"]), tool_calls: callsOf(calling) };
  return { ...first, message, finish_reason: calling["finish_reason"] ?? first["finish_reason"] ?? null };
}

function callsOf(choice: JsonObject): readonly JsonObject[] {
  return callEntries(objectOf(choice["message"]) ?? {});
}

function decodeCalls(message: JsonObject, seed: string, answer: AnswerMap): readonly ToolCall[] {
  const uniqueId = uniqueIds(seed);
  return callEntries(message).flatMap((entry): ToolCall[] => {
    const { custom, name, args } = callBody(entry);
    const id = uniqueId(filledString(entry["id"]));
    if (name === undefined) return [];
    const signature = callSignature(entry, "upstream");
    const isWrapped = answer.customTools.has(name);
    return [
      {
        kind: "tool-call",
        id,
        name: answer.toolNames.get(name) ?? name,
        tool: custom || isWrapped ? "custom" : "function",
        argumentsText: isWrapped ? unwrapCustomText(textOf(args)) : textOf(args),
        ...(signature === undefined ? {} : { signature }),
      },
    ];
  });
}

/** Reasoning first, then what was said. */
function decodeSpoken(
  message: JsonObject,
  refusal: string | undefined,
  answer: AnswerMap,
  found: Notes,
): readonly Block[] {
  const transcript = filledString(objectOf(message["audio"])?.["transcript"]);
  if (transcript !== undefined) found.lose("audio_as_text", "choices[0].message.audio");
  const content = contentText(message["content"]) || (transcript ?? "");
  const { thinking, text } = answer.thinkTags === true ? splitThinkTags(content) : { thinking: "", text: content };
  const citations = decodeCitations(message["annotations"]);
  return [
    ...decodeThinking(message, thinking),
    ...(text === "" ? [] : [{ kind: "text", text, ...(citations.length === 0 ? {} : { citations }) } as const]),
    ...(refusal === undefined ? [] : [{ kind: "refusal", text: refusal } as const]),
  ];
}

/** `tagged`: what stood between tags in the text. */
function decodeThinking(message: JsonObject, tagged: string): readonly Block[] {
  const blocks = decodeReasoning(message, "upstream");
  const text = contentThinking(message["content"]) || tagged;
  return blocks.length > 0 || text === "" ? blocks : [{ kind: "thinking", text }];
}

function failed(error: WireError): Failed {
  return { kind: "failed", error };
}
