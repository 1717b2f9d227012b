import { isObject, type JsonObject, parseJson } from "../json.ts";
import type { Citation, SaidPart, Stop } from "../said.ts";
import type { ContentAnswer } from "./content-answer.ts";
import { signCall, signText } from "./thought-signature.ts";

/** The whole answer (Google GenAI SDK 3.1, `GenerateContentResponse` as the Gemini API sends it). */
export function generateContent(answer: ContentAnswer): JsonObject {
  const parts = answerParts(answer);
  const content = parts.length === 0 ? {} : { content: { parts, role: "model" } };
  return response(answer, { ...content, ...endFields(answer), index: 0 });
}

/** A response around a candidate, or around the reason why there is none. */
export function response(answer: ContentAnswer, candidate: JsonObject): JsonObject {
  const { blockReason, usage } = answer;
  return {
    ...(blockReason === undefined ? { candidates: [candidate] } : { promptFeedback: { blockReason } }),
    ...(usage === undefined ? {} : { usageMetadata: usage }),
    modelVersion: answer.model,
    responseId: answer.responseId,
  };
}

/** The parts of the answer. The first call is signed; where texts are signed, so is the last part of an answer without calls. */
export function answerParts(answer: ContentAnswer): readonly JsonObject[] {
  const calls = answer.said.parts.filter(isCall).flatMap((call) => functionCalls(call, answer.generation));
  const signedCalls = calls.map((call, index) => ({
    functionCall: call,
    ...(index === 0 ? { thoughtSignature: signCall(answer.prefix, call) } : {}),
  }));
  const texts = answer.said.parts.flatMap((part): readonly JsonObject[] => {
    if (part.kind === "thinking" && part.text !== "") return [{ text: part.text, thought: true }];
    return part.kind === "text" ? [{ text: part.text }] : [];
  });
  const last = texts.at(-1);
  return calls.length > 0 || last === undefined || last["thought"] === true || answer.generation < 3
    ? [...texts, ...signedCalls]
    : [...texts.slice(0, -1), { ...last, thoughtSignature: signText(answer.prefix) }];
}

/** `finishReason` and what comes with the end of a candidate. */
export function endFields({ said }: ContentAnswer): JsonObject {
  const broken = said.parts.filter(isCall).find((call) => functionCalls(call, 3).length === 0);
  if (broken !== undefined && said.stop.kind !== "length" && said.stop.kind !== "word") {
    const finishMessage = `Malformed function call: ${broken.name}(${broken.argumentsText})`;
    return { finishReason: "MALFORMED_FUNCTION_CALL", finishMessage };
  }
  const grounding = said.parts.find((part) => part.kind === "web-search");
  const reason = finishReason(said.stop);
  return {
    ...(reason === null ? {} : { finishReason: reason }),
    ...(grounding === undefined ? {} : { groundingMetadata: groundingMetadata(grounding.query, said.parts) }),
  };
}

function finishReason(stop: Stop): string | null {
  switch (stop.kind) {
    case "end":
    case "tool-calls":
    case "stop-sequence":
      return "STOP";
    case "length":
      return "MAX_TOKENS";
    case "refusal":
      return "SAFETY";
    case "word":
      return stop.word;
  }
}

type Call = Extract<SaidPart, { kind: "tool-call" }>;

function isCall(part: SaidPart): part is Call {
  return part.kind === "tool-call";
}

/** The call; none for arguments that are no JSON object, since the vendor sends nothing rather than half a call. */
function functionCalls(call: Call, generation: number): readonly JsonObject[] {
  const args = parseJson(call.argumentsText);
  return isObject(args) ? [{ name: call.name, args, ...(generation < 3 ? {} : { id: call.id }) }] : [];
}

/** What was searched for and which stretch of the text rests on what was found; offsets count bytes of UTF-8. */
function groundingMetadata(query: string, parts: readonly SaidPart[]): JsonObject {
  const texts = parts.filter((part) => part.kind === "text");
  const cited = texts.flatMap(({ text, citations }) => (citations ?? []).map((citation) => ({ text, citation })));
  return {
    searchEntryPoint: { renderedContent: `<div class="container">${query}</div>` },
    groundingChunks: cited.map(({ citation }) => ({ web: { uri: citation.url, title: citation.title } })),
    groundingSupports: cited.map(({ text, citation }, index) => ({
      segment: segment(text, citation),
      groundingChunkIndices: [index],
    })),
    webSearchQueries: [query],
  };
}

function segment(text: string, { start, end }: Citation): JsonObject {
  const startIndex = Buffer.byteLength(text.slice(0, start));
  const endIndex = Buffer.byteLength(text.slice(0, end));
  return { ...(startIndex === 0 ? {} : { startIndex }), endIndex, text: text.slice(start, end) };
}
