import type { Json, JsonObject } from "../wire/canonical.ts";
import { arrayOf, filledString, isArray, isObject, numberOf, objectOf } from "../wire/json.ts";

/** What a provider's own list says of a model; what is absent it does not tell. */
export type ListedModel = Readonly<{
  id: string;
  name?: string;
  description?: string;
  /** Tokens of input and output together, or of input alone where the vendor counts so. */
  contextTokens?: number;
  maxOutputTokens?: number;
}>;

/** One page of a list. */
export type ListPage = Readonly<{
  models: readonly ListedModel[];
  /** What to add to the query for the next page, when there is one. */
  next: Readonly<Record<string, string>> | undefined;
}>;

/**
 * Reads a list as OpenAI (`data`), Anthropic (`has_more`, `last_id`), Google (`models`, `nextPageToken`) and Together AI (a
 * bare array) write it. Undefined when it is none of these. Entries without a name fit for a header are left out.
 */
export function readListPage(list: Json | undefined): ListPage | undefined {
  if (isArray(list)) return { models: list.flatMap(listedModel), next: undefined };
  if (!isObject(list)) return undefined;
  if (isArray(list["models"])) {
    const token = filledString(list["nextPageToken"]);
    return {
      models: list["models"].flatMap(googleModel),
      next: token === undefined ? undefined : { pageToken: token },
    };
  }
  if (!isArray(list["data"])) return undefined;
  const last = list["has_more"] === true ? filledString(list["last_id"]) : undefined;
  return {
    models: arrayOf(list["data"]).flatMap(listedModel),
    next: last === undefined ? undefined : { after_id: last },
  };
}

/** Google calls a model `models/<id>`, and so does its list in OpenAI's shape. */
function googleModel(model: Json): readonly ListedModel[] {
  const { name, ...more } = objectOf(model) ?? {};
  return name === undefined ? [] : listedModel({ ...more, id: name });
}

function listedModel(entry: Json): readonly ListedModel[] {
  const model = objectOf(entry) ?? {};
  const id = filledString(model["id"])?.replace(/^models\//, "");
  if (id === undefined || !/^[\x21-\x7e]{1,256}$/.test(id)) return [];
  const name = firstOf(nameFields, (field) => filledString(model[field])?.slice(0, maxNameChars));
  const description = filledString(model["description"])?.slice(0, maxDescriptionChars);
  const contextTokens = tokensOf(model, contextFields);
  const maxOutputTokens = tokensOf(model, outputFields);
  return [
    {
      id,
      ...(name === undefined ? {} : { name }),
      ...(description === undefined ? {} : { description }),
      ...(contextTokens === undefined ? {} : { contextTokens }),
      ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    },
  ];
}

const maxNameChars = 200;
const maxDescriptionChars = 2000;

const nameFields = ["display_name", "displayName", "name"] as const;

/**
 * Where servers tell how many tokens fit, in order: Groq and llama.cpp proxies; OpenRouter and Together AI; Mistral; vLLM;
 * Anthropic; Google.
 */
export const contextFields = [
  "context_window",
  "context_length",
  "max_context_length",
  "max_model_len",
  "max_input_tokens",
  "inputTokenLimit",
  "top_provider.context_length",
] as const;

/** The same for tokens of output: OpenAI-compatible servers, Anthropic, Google, OpenRouter. */
const outputFields = [
  "max_completion_tokens",
  "max_output_tokens",
  "max_tokens",
  "outputTokenLimit",
  "top_provider.max_completion_tokens",
] as const;

function tokensOf(model: JsonObject, fields: readonly string[]): number | undefined {
  return firstOf(fields, (field) => {
    const [head = "", inner] = field.split(".");
    const tokens = numberOf(inner === undefined ? model[head] : objectOf(model[head])?.[inner]);
    return tokens !== undefined && Number.isSafeInteger(tokens) && tokens > 0 ? tokens : undefined;
  });
}

function firstOf<T>(fields: readonly string[], read: (field: string) => T | undefined): T | undefined {
  for (const field of fields) {
    const found = read(field);
    if (found !== undefined) return found;
  }
  return undefined;
}
