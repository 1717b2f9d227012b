import { firstViolation } from "../check/first-violation.ts";
import { isObject, type Json } from "../json.ts";
import type { Problem } from "../reply.ts";
import { plainModel } from "../script/directive.ts";
import { chatShape, reasoningChatShape } from "./chat-shape.ts";
import { invalid } from "./invalid.ts";
import { contents } from "./laws/contents.ts";
import { images } from "./laws/images.ts";
import type { Law } from "./laws/law.ts";
import { limits } from "./laws/limits.ts";
import { modelParameters } from "./laws/model-parameters.ts";
import { reasoningTurns } from "./laws/reasoning-turns.ts";
import { schemas } from "./laws/schemas.ts";
import { switches } from "./laws/switches.ts";
import { toolOptions } from "./laws/tool-options.ts";
import { toolTurns } from "./laws/tool-turns.ts";
import { modelMissing } from "./model-list.ts";
import { chatModel } from "./models.ts";
import { violationProblem } from "./violation-problem.ts";

const laws: readonly Law[] = [
  toolOptions,
  modelParameters,
  limits,
  switches,
  contents,
  toolTurns,
  reasoningTurns,
  schemas,
  images,
];

/** Why OpenAI would turn a Chat Completions body down; undefined when it would not. */
export function checkChat(body: Json, models: readonly string[] | undefined): Problem | undefined {
  if (!isObject(body)) return invalid("Invalid type for request body: expected an object.");
  if (body["model"] === undefined || body["model"] === "") return invalid("you must provide a model parameter");
  const name = typeof body["model"] === "string" ? plainModel(body["model"]) : undefined;
  const missing = name === undefined ? undefined : modelMissing(name, models);
  if (missing !== undefined) return missing;
  const model = chatModel(name ?? "");
  if (!model.chat) return responsesOnly;
  if (/^(gpt-3\.5-turbo-instruct|davinci-002|babbage-002)/.test(name ?? "")) return noChat;
  const violation = firstViolation(body, model.showsReasoning ? reasoningChatShape : chatShape);
  if (violation !== undefined) return violationProblem(violation);
  for (const law of laws) {
    const problem = law(body, model);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

const responsesOnly: Problem = {
  ...invalid("This model is only supported in v1/responses and not in v1/chat/completions.", "model"),
  status: 404,
};

const noChat: Problem = {
  ...invalid(
    "This is not a chat model and thus not supported in the v1/chat/completions endpoint. Did you mean to use v1/completions?",
    "model",
  ),
  status: 404,
};
