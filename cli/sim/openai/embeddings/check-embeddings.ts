import { firstViolation } from "../../check/first-violation.ts";
import { array, either, integer, object, range, type Shape, text, words } from "../../check/shape.ts";
import { isArray, isObject, type Json } from "../../json.ts";
import type { Problem } from "../../reply.ts";
import { plainModel } from "../../script/directive.ts";
import { countTokens } from "../../tokens.ts";
import { invalid } from "../invalid.ts";
import { modelMissing } from "../model-list.ts";
import { violationProblem } from "../violation-problem.ts";

const maxInputs = 2048;
const maxTokens = 8192;

/** The body of `POST /v1/embeddings` (OpenAI SDK 7.55, `EmbeddingCreateParams`). */
const shape: Shape = object(
  { model: text, input: either(text, array(either(text, integer, array(integer)), { min: 1, max: maxInputs })) },
  { dimensions: range("integer", 1), encoding_format: words("float", "base64"), user: text },
);

/** How long the vectors of a model are; a name nobody knows is taken for a compatible server's model. */
export function dimensionsOf(model: string): number {
  return model.startsWith("text-embedding-3-large") ? 3072 : 1536;
}

/** Why OpenAI would turn an embeddings body down; undefined when it would not. */
export function checkEmbeddings(body: Json, models: readonly string[] | undefined): Problem | undefined {
  if (!isObject(body)) return invalid("Invalid type for request body: expected an object.");
  if ((body["model"] ?? "") === "") return invalid("you must provide a model parameter");
  const model = plainModel(String(body["model"]));
  const missing = modelMissing(model, models) ?? chatProblem(model);
  if (missing !== undefined) return missing;
  const violation = firstViolation(body, shape);
  if (violation !== undefined) return violationProblem(violation);
  return inputProblem(body["input"]) ?? dimensionsProblem(body["dimensions"], model);
}

function chatProblem(model: string): Problem | undefined {
  if (!/^(gpt-|o\d|chatgpt-)/.test(model)) return undefined;
  return { ...invalid("You are not allowed to generate embeddings from this model"), status: 403 };
}

const malformed = invalid(
  "'$.input' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.",
);

/** Texts and tokens do not mix, and nothing is empty or too long. */
function inputProblem(input: Json | undefined): Problem | undefined {
  const list = isArray(input) ? input : [input ?? ""];
  const kinds = new Set(list.map((one) => (isArray(one) ? "array" : typeof one)));
  if (kinds.size > 1 || list.some((one) => one === "" || (isArray(one) && one.length === 0))) return malformed;
  const sizes = kinds.has("number")
    ? [list.length]
    : list.map((one) => (isArray(one) ? one.length : countTokens(String(one))));
  const size = sizes.find((tokens) => tokens > maxTokens);
  if (size === undefined) return undefined;
  const message = `This model's maximum context length is ${maxTokens} tokens, however you requested ${size} tokens (${size} in your prompt; 0 for the completion). Please reduce your prompt; or completion length.`;
  return invalid(message);
}

function dimensionsProblem(dimensions: Json | undefined, model: string): Problem | undefined {
  if (typeof dimensions !== "number") return undefined;
  if (/ada-002/.test(model)) return invalid("This model does not support specifying dimensions.");
  const most = dimensionsOf(model);
  return dimensions > most
    ? invalid(`Invalid value for 'dimensions' = ${dimensions}. Must be less than or equal to ${most}.`)
    : undefined;
}
