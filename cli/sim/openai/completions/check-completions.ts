import { firstViolation } from "../../check/first-violation.ts";
import {
  array,
  boolean,
  either,
  integer,
  nullable,
  object,
  range,
  record,
  type Shape,
  text,
} from "../../check/shape.ts";
import { isObject, type Json } from "../../json.ts";
import type { Problem } from "../../reply.ts";
import { plainModel } from "../../script/directive.ts";
import { invalid } from "../invalid.ts";
import { modelMissing } from "../model-list.ts";
import { violationProblem } from "../violation-problem.ts";

/** The body of `POST /v1/completions` (OpenAI SDK 7.55, `CompletionCreateParamsBase`). */
const shape: Shape = object(
  { model: text, prompt: either(text, array(either(text, integer, array(integer)), { min: 1 })) },
  {
    best_of: nullable(range("integer", 1, 20)),
    echo: nullable(boolean),
    frequency_penalty: nullable(range("number", -2, 2)),
    logit_bias: nullable(record),
    logprobs: nullable(range("integer", 0, 5)),
    max_tokens: nullable(range("integer", 0)),
    n: nullable(range("integer", 1, 128)),
    presence_penalty: nullable(range("number", -2, 2)),
    seed: nullable(integer),
    stop: nullable(either(text, array(text, { min: 1, max: 4 }))),
    stream: nullable(boolean),
    stream_options: nullable(object({}, { include_usage: boolean, include_obfuscation: boolean })),
    suffix: nullable(text),
    temperature: nullable(range("number", 0, 2)),
    top_p: nullable(range("number", 0, 1)),
    user: text,
  },
);

/** Whether a model of OpenAI's completes texts; a name nobody knows is taken for a compatible server's model. */
function completesTexts(model: string): boolean {
  return /^(gpt-3\.5-turbo-instruct|davinci-002|babbage-002)/.test(model) || !/^(gpt-|o\d|chatgpt-)/.test(model);
}

/** Why OpenAI would turn a legacy completions body down; undefined when it would not. */
export function checkCompletions(body: Json, models: readonly string[] | undefined): Problem | undefined {
  if (!isObject(body)) return invalid("Invalid type for request body: expected an object.");
  if ((body["model"] ?? "") === "") return invalid("you must provide a model parameter");
  const model = plainModel(String(body["model"]));
  const missing = modelMissing(model, models);
  if (missing !== undefined) return missing;
  if (!completesTexts(model)) {
    const message =
      "This is a chat model and not supported in the v1/completions endpoint. Did you mean to use v1/chat/completions?";
    return { ...invalid(message, "model"), status: 404 };
  }
  const violation = firstViolation(body, shape);
  if (violation !== undefined) return violationProblem(violation);
  const { best_of, n, stream } = body;
  if (isObject(body["stream_options"]) && stream !== true)
    return invalid("The 'stream_options' parameter is only allowed when 'stream' is enabled.", "stream_options");
  if (typeof best_of !== "number") return undefined;
  if (stream === true && best_of > 1) return invalid("best_of is not supported with streaming", "best_of");
  return typeof n === "number" && best_of < n
    ? invalid("You requested that the server return more choices than it will generate (HINT: best_of must be >= n)")
    : undefined;
}
