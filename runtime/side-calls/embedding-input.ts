import type { Json, JsonObject } from "../wire/canonical.ts";
import { arrayOf, isArray, isObject, objectOf, stringOf } from "../wire/json.ts";

/** What is to be embedded: a text, or tokens of the model's own vocabulary. */
export type EmbeddingInput = string | readonly number[];

/** OpenAI SDK 7.55, `EmbeddingCreateParams.input`: a text, texts, tokens, or several lists of tokens; undefined when it is none. */
export function openaiInputs(input: Json | undefined): readonly [EmbeddingInput, ...EmbeddingInput[]] | undefined {
  if (typeof input === "string") return [input];
  if (!isArray(input)) return undefined;
  const whole = tokensOf(input);
  if (whole !== undefined) return [whole];
  const inputs = input.map((one) => (typeof one === "string" ? one : tokensOf(one)));
  const known = inputs.filter((one) => one !== undefined);
  const [first, ...rest] = known;
  return first === undefined || known.length < inputs.length ? undefined : [first, ...rest];
}

/** At least one token. */
function tokensOf(value: Json): readonly number[] | undefined {
  if (!isArray(value) || value.length === 0) return undefined;
  const tokens = value.filter((token) => typeof token === "number");
  return tokens.length === value.length ? tokens : undefined;
}

/** The text of Google's `content`; undefined when it holds anything else, or nothing. */
export function geminiText(request: JsonObject): string | undefined {
  const { content } = request;
  if (typeof content === "string") return content;
  const parts = arrayOf(objectOf(content)?.["parts"] ?? (isArray(content) ? content : undefined));
  const texts = parts.map((part) => (isObject(part) ? stringOf(part["text"]) : stringOf(part)));
  const known = texts.filter((text) => text !== undefined);
  return known.length === 0 || known.length < texts.length ? undefined : known.join("\n");
}
