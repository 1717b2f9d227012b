import type { Json, JsonObject } from "../../json.ts";
import type { Problem } from "../../reply.ts";
import { invalid } from "../invalid.ts";
import type { ChatModel } from "../models.ts";
import { list } from "../violation-problem.ts";
import type { Law } from "./law.ts";

/** What reasoning models refuse, and what only they take (the vendor's reasoning guide). */
export const modelParameters: Law = (body, model) => {
  const effort = effortProblem(body["reasoning_effort"], model);
  return effort ?? (model.reasoning ? reasoningProblem(body, model) : undefined);
};

function effortProblem(effort: Json | undefined, model: ChatModel): Problem | undefined {
  if (typeof effort !== "string") return undefined;
  if (model.efforts.length === 0) return invalid("Unrecognized request argument supplied: reasoning_effort");
  return model.efforts.includes(effort) ? undefined : unsupportedValue("reasoning_effort", effort, model.efforts);
}

function reasoningProblem(body: JsonObject, model: ChatModel): Problem | undefined {
  if (typeof body["max_tokens"] === "number") {
    return invalid(
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      "max_tokens",
      "unsupported_parameter",
    );
  }
  if ((body["stop"] ?? null) !== null && !model.stop) return unsupported("stop");
  for (const penalty of ["frequency_penalty", "presence_penalty"]) {
    if ((body[penalty] ?? 0) !== 0) return onlyDefault(penalty, body[penalty], 0);
  }
  if ((body["logit_bias"] ?? null) !== null) return unsupported("logit_bias");
  const effort = body["reasoning_effort"] ?? model.defaultEffort;
  if (effort === "none") return undefined;
  for (const sampling of ["temperature", "top_p"]) {
    if ((body[sampling] ?? 1) !== 1) return onlyDefault(sampling, body[sampling], 1);
  }
  if (body["logprobs"] === true) return unsupported("logprobs");
  if (body["tools"] === undefined || model.toolsWithReasoning) return undefined;
  const message =
    "Function tools with reasoning_effort are not supported for this model in /v1/chat/completions. Please use /v1/responses instead.";
  return invalid(message, "reasoning_effort", "unsupported_value");
}

function unsupported(param: string): Problem {
  return invalid(`Unsupported parameter: '${param}' is not supported with this model.`, param, "unsupported_parameter");
}

function onlyDefault(param: string, found: Json | undefined, byDefault: number): Problem {
  const message = `Unsupported value: '${param}' does not support ${found} with this model. Only the default (${byDefault}) value is supported.`;
  return invalid(message, param, "unsupported_value");
}

function unsupportedValue(param: string, found: string, allowed: readonly string[]): Problem {
  const message = `Unsupported value: '${param}' does not support '${found}' with this model. Supported values are: ${list(allowed)}.`;
  return invalid(message, param, "unsupported_value");
}
