import { jsonFromSchema } from "./json-from-schema.ts";
import type { Prompt, PromptTool } from "./prompt.ts";
import type { Said, SaidPart, Stop } from "./said.ts";
import type { Behaviour } from "./script/behaviour.ts";
import { countTokens, tokensOf } from "./tokens.ts";

/** What only one API knows about an answer. */
export type Voice = Readonly<{
  toolCallId(seed: string, index: number): string;
  signature(prompt: Prompt, thinking: string): string;
  redacted(prompt: Prompt, data: string): string;
}>;

/** What the simulated model answers: no script needed, the same for the same request. */
export function speak(prompt: Prompt, behaviour: Behaviour, voice: Voice): Said {
  const wanted = [...thinkingParts(prompt, behaviour, voice), ...answerParts(prompt, behaviour, voice)];
  const hiddenTokens = prompt.thinking === "hidden" ? countTokens(thoughts(prompt)) : 0;
  const stopped = stopAtSequence(wanted, prompt.stopSequences);
  const limited = limitTokens(stopped.parts, (prompt.maxTokens ?? Number.POSITIVE_INFINITY) - hiddenTokens);
  const shownTokens = sumTokens(limited.parts.filter((part) => part.kind === "thinking"));
  const word = behaviour.stopReason;
  const stop: Stop = limited.cut ? { kind: "length" } : (stopped.stop ?? naturalStop(limited.parts));
  return {
    parts: limited.parts.map((part) => signed(part, prompt, voice)),
    stop: word === undefined ? stop : { kind: "word", word },
    outputTokens: sumTokens(limited.parts) + hiddenTokens,
    thinkingTokens: hiddenTokens + shownTokens,
  };
}

function thoughts(prompt: Prompt): string {
  return `The last message has ${countTokens(prompt.lastUserText)} tokens. I answer it.`;
}

/** Signed last, since limits may have shortened the text. */
function signed(part: SaidPart, prompt: Prompt, voice: Voice): SaidPart {
  return part.kind === "thinking" ? { ...part, signature: voice.signature(prompt, part.text) } : part;
}

function thinkingParts(prompt: Prompt, behaviour: Behaviour, voice: Voice): readonly SaidPart[] {
  const parts: SaidPart[] = [];
  const shown = prompt.thinking === "shown" ? thoughts(prompt) : "";
  const text = behaviour.thinking ?? (prompt.thinking === "off" ? undefined : shown);
  if (text !== undefined) parts.push({ kind: "thinking", text, signature: "" });
  if (behaviour.redactedThinking !== undefined) {
    parts.push({ kind: "redacted-thinking", data: voice.redacted(prompt, behaviour.redactedThinking) });
  }
  return parts;
}

function answerParts(prompt: Prompt, behaviour: Behaviour, voice: Voice): readonly SaidPart[] {
  const searched = searchParts(prompt, behaviour, voice);
  if (searched.length > 0) return searched;
  const scripted = scriptedParts(prompt, behaviour, voice);
  if (scripted.length > 0) return scripted;
  if (/please refuse/i.test(prompt.lastUserText))
    return [{ kind: "refusal", text: "I'm sorry, I can't help with that." }];
  const called = toolsToCall(prompt);
  if (called.length > 0) return called.map((tool, index) => toolCall(prompt, tool, index, voice));
  return [{ kind: "text", text: answerText(prompt, behaviour) }];
}

/** Where the simulated web always leads. */
const page = { url: "https://example.com/", title: "Example Domain" };

function searchParts(prompt: Prompt, behaviour: Behaviour, voice: Voice): readonly SaidPart[] {
  if (!prompt.webSearch) return [];
  const query = behaviour.webSearch ?? (/search the web/i.test(prompt.lastUserText) ? prompt.lastUserText : undefined);
  if (query === undefined) return [];
  const text = behaviour.text ?? `The web says: ${page.title}.`;
  return [
    { kind: "web-search", id: voice.toolCallId(prompt.seed, 0), query, ...page },
    { kind: "text", text, citations: [{ ...page, start: 0, end: text.length }] },
  ];
}

function scriptedParts(prompt: Prompt, behaviour: Behaviour, voice: Voice): readonly SaidPart[] {
  const parts: SaidPart[] = [];
  if (behaviour.refusal !== undefined) parts.push({ kind: "refusal", text: behaviour.refusal });
  if (behaviour.text !== undefined) parts.push({ kind: "text", text: behaviour.text });
  for (const [index, call] of (behaviour.toolCalls ?? []).entries()) {
    const id = call.id ?? voice.toolCallId(prompt.seed, index);
    const type = prompt.tools.find((tool) => tool.name === call.name)?.kind ?? "json";
    parts.push({ kind: "tool-call", id, name: call.name, type, argumentsText: call.arguments });
  }
  return parts;
}

function answerText(prompt: Prompt, behaviour: Behaviour): string {
  if (prompt.schema !== undefined && behaviour.prose !== true) {
    return JSON.stringify(jsonFromSchema({ type: "object", ...prompt.schema }, prompt.schema));
  }
  if (prompt.toolResults.length > 0)
    return `The tools answered: ${prompt.toolResults.map((text) => JSON.stringify(text)).join(", ")}`;
  return `You said: ${prompt.lastUserText}`;
}

/** The forced tool; else every tool the last user text names, in the order it names them, once its results are not in yet. */
function toolsToCall(prompt: Prompt): readonly PromptTool[] {
  const { toolChoice, tools } = prompt;
  if (toolChoice.kind === "none") return [];
  if (toolChoice.kind === "tool") return tools.filter((tool) => tool.name === toolChoice.name);
  const named = prompt.toolResults.length > 0 ? [] : namedTools(prompt);
  const chosen = named.length === 0 && toolChoice.kind === "any" ? tools.slice(0, 1) : named;
  return prompt.parallelTools ? chosen : chosen.slice(0, 1);
}

function namedTools(prompt: Prompt): readonly PromptTool[] {
  const words = prompt.lastUserText.split(/[^a-zA-Z0-9_-]+/).map((word) => word.replace(/^-+|-+$/g, ""));
  return prompt.tools
    .filter((tool) => words.includes(tool.name))
    .sort((a, b) => words.indexOf(a.name) - words.indexOf(b.name));
}

function toolCall(prompt: Prompt, tool: PromptTool, index: number, voice: Voice): SaidPart {
  const free = tool.kind === "free-text";
  const argumentsText = free
    ? `input for ${tool.name}`
    : JSON.stringify(jsonFromSchema({ type: "object", ...tool.schema }, tool.schema));
  return {
    kind: "tool-call",
    id: voice.toolCallId(prompt.seed, index),
    name: tool.name,
    type: tool.kind,
    argumentsText,
  };
}

function naturalStop(parts: readonly SaidPart[]): Stop {
  if (parts.some((part) => part.kind === "tool-call")) return { kind: "tool-calls" };
  return { kind: parts.some((part) => part.kind === "refusal") ? "refusal" : "end" };
}

type Stopped = Readonly<{ parts: readonly SaidPart[]; stop: Stop | undefined }>;

/** Ends the answer before the first stop sequence in a text part; what follows is dropped. */
function stopAtSequence(parts: readonly SaidPart[], sequences: readonly string[]): Stopped {
  for (const [index, part] of parts.entries()) {
    if (part.kind !== "text") continue;
    const hits = sequences
      .map((sequence) => ({ sequence, at: part.text.indexOf(sequence) }))
      .filter(({ at }) => at >= 0);
    const [first] = hits.sort((a, b) => a.at - b.at);
    if (first === undefined) continue;
    const text = part.text.slice(0, first.at);
    const kept = [...parts.slice(0, index), ...(text === "" ? [] : [{ kind: "text", text } as const])];
    return { parts: kept, stop: { kind: "stop-sequence", sequence: first.sequence } };
  }
  return { parts, stop: undefined };
}

function limitTokens(
  parts: readonly SaidPart[],
  maxTokens: number,
): Readonly<{ parts: readonly SaidPart[]; cut: boolean }> {
  const kept: SaidPart[] = [];
  let left = Math.max(0, maxTokens);
  for (const part of parts) {
    const tokens = tokensOf(partText(part));
    if (tokens.length > left) {
      if (left > 0) kept.push(withText(part, tokens.slice(0, left).join("")));
      return { parts: kept, cut: true };
    }
    kept.push(part);
    left -= tokens.length;
  }
  return { parts: kept, cut: false };
}

function sumTokens(parts: readonly SaidPart[]): number {
  return parts.reduce((sum, part) => sum + countTokens(partText(part)), 0);
}

function partText(part: SaidPart): string {
  switch (part.kind) {
    case "tool-call":
      return part.argumentsText;
    case "redacted-thinking":
    case "web-search":
      return "";
    case "text":
    case "refusal":
    case "thinking":
      return part.text;
  }
}

function withText(part: SaidPart, text: string): SaidPart {
  switch (part.kind) {
    case "tool-call":
      return { ...part, argumentsText: text };
    case "redacted-thinking":
    case "web-search":
      return part;
    case "text":
      return { kind: "text", text };
    case "refusal":
    case "thinking":
      return { ...part, text };
  }
}
