import type { Json, JsonObject } from "./json.ts";

export type PromptTool = Readonly<{ name: string; kind: "json" | "free-text"; schema: JsonObject }>;

/** A request of any API, reduced to what decides the answer. */
export type Prompt = Readonly<{
  model: string;
  stream: boolean;
  /** Text of the last user turn. */
  lastUserText: string;
  /** Texts of the tool results that end the conversation, in order; empty when it ends with anything else. */
  toolResults: readonly string[];
  tools: readonly PromptTool[];
  toolChoice:
    | Readonly<{ kind: "auto" }>
    | Readonly<{ kind: "none" }>
    | Readonly<{ kind: "any" }>
    | Readonly<{ kind: "tool"; name: string }>;
  parallelTools: boolean;
  /** Whether the model may search the web with the vendor's own tool. */
  webSearch: boolean;
  /** The schema the answer has to satisfy; `{}` for "any JSON object"; undefined for prose. */
  schema: JsonObject | undefined;
  maxTokens: number | undefined;
  stopSequences: readonly string[];
  /** `hidden`: the model thinks, the text is not shown. */
  thinking: "off" | "shown" | "hidden";
  usage: InputUsage;
  /** Hash of the request without what only changes transport; ids are made of it. */
  seed: string;
  /** Hash of the conversation before the answer; a thinking signature is bound to it. */
  prefix: string;
}>;

/** Input tokens; the three add up to the whole prompt. */
export type InputUsage = Readonly<{ uncached: number; cacheRead: number; cacheWrite: number }>;

/** Text of a content field: a string, or the `text` of its parts, joined with a newline. */
export function textOf(content: Json | undefined): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  const texts: string[] = [];
  for (const part of content) if (typeof part?.text === "string") texts.push(part.text);
  return texts.join("\n");
}
