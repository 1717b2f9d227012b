import { canonicalJson, hash } from "../../hash.ts";
import { isArray, type Json, type JsonObject } from "../../json.ts";
import type { Prompt } from "../../prompt.ts";
import type { Said } from "../../said.ts";
import type { Behaviour } from "../../script/behaviour.ts";
import { scriptedUsage } from "../../script/scripted-usage.ts";
import { speak, type Voice } from "../../speak.ts";
import { countTokens } from "../../tokens.ts";
import { finishReason } from "../completion.ts";
import { stops } from "../read-prompt.ts";

/** Everything an answer of the legacy API is written from, streamed or whole. */
export type Completions = Readonly<{
  head: JsonObject;
  choices: readonly Readonly<{ text: string; finishReason: string | null }>[];
  /** Undefined when a script took it away. */
  usage: JsonObject | undefined;
}>;

/** A text model calls no tools and hides no thoughts. */
const voice: Voice = { toolCallId: () => "", signature: () => "", redacted: (_, data) => data };

/** `n` answers to each prompt of a body that passed the checks. */
export function completions(body: JsonObject, behaviour: Behaviour, created: number): Completions {
  const { stream: _, stream_options: __, ...asked } = body;
  const prompts = promptsOf(body["prompt"]);
  const each = typeof body["n"] === "number" ? body["n"] : 1;
  const answers = prompts.flatMap((prompt) =>
    Array.from({ length: each }, () => ({ prompt, said: speak(readPrompt(body, prompt), behaviour, voice) })),
  );
  const input = prompts.reduce((sum, prompt) => sum + countTokens(prompt), 0);
  const output = answers.reduce((sum, { said }) => sum + said.outputTokens, 0);
  const usage = { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
  const id = `cmpl-${hash(canonicalJson(asked))}`;
  return {
    head: { id, object: "text_completion", created, model: body["model"] ?? null },
    choices: answers.map(({ prompt, said }) => ({
      text: `${body["echo"] === true ? prompt : ""}${textOf(said)}`,
      finishReason: finishReason(said.stop, false),
    })),
    usage: scriptedUsage(usage, behaviour),
  };
}

function textOf(said: Said): string {
  return said.parts.map((part) => (part.kind === "text" || part.kind === "refusal" ? part.text : "")).join("");
}

/** One text, several, one list of tokens, several. */
function promptsOf(prompt: Json | undefined): readonly string[] {
  if (!isArray(prompt)) return [String(prompt)];
  return prompt.every((token) => typeof token === "number") ? [prompt.join(" ")] : prompt.flatMap(promptsOf);
}

const defaultMaxTokens = 16;

function readPrompt(body: JsonObject, text: string): Prompt {
  return {
    model: String(body["model"]),
    stream: body["stream"] === true,
    lastUserText: text,
    toolResults: [],
    tools: [],
    toolChoice: { kind: "none" },
    parallelTools: false,
    webSearch: false,
    schema: undefined,
    maxTokens: typeof body["max_tokens"] === "number" ? body["max_tokens"] : defaultMaxTokens,
    stopSequences: stops(body["stop"]),
    thinking: "off",
    usage: { uncached: countTokens(text), cacheRead: 0, cacheWrite: 0 },
    seed: hash(text),
    prefix: hash(text),
  };
}
