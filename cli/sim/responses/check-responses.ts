import type { Call } from "../api.ts";
import { firstViolation } from "../check/first-violation.ts";
import type { Shape } from "../check/shape.ts";
import { isObject } from "../json.ts";
import { invalid } from "../openai/invalid.ts";
import { modelMissing } from "../openai/model-list.ts";
import { chatModel } from "../openai/models.ts";
import type { Problem } from "../reply.ts";
import { plainModel } from "../script/directive.ts";
import { contents } from "./laws/contents.ts";
import { itemIds } from "./laws/item-ids.ts";
import type { Law } from "./laws/law.ts";
import { modelParameters } from "./laws/model-parameters.ts";
import { reasoningItems } from "./laws/reasoning-items.ts";
import { schemas } from "./laws/schemas.ts";
import { state } from "./laws/state.ts";
import { switches } from "./laws/switches.ts";
import { toolOptions } from "./laws/tool-options.ts";
import { toolTurns } from "./laws/tool-turns.ts";
import { readRequest } from "./request.ts";
import { responsesViolation } from "./violation-problem.ts";

const laws: readonly Law[] = [
  state,
  toolOptions,
  modelParameters,
  switches,
  itemIds,
  contents,
  toolTurns,
  reasoningItems,
  schemas,
];

/** Why OpenAI would turn a body of this shape down on one of the Responses endpoints; undefined when it would not. */
export function checkResponses(call: Call, shape: Shape): Problem | undefined {
  const { body } = call;
  if (!isObject(body)) return invalid("Invalid type for request body: expected an object.");
  if ((body["model"] ?? "") === "")
    return invalid("Missing required parameter: 'model'.", "model", "missing_required_parameter");
  const name = typeof body["model"] === "string" ? plainModel(body["model"]) : undefined;
  const missing = name === undefined ? undefined : modelMissing(name, call.state.settings.models);
  if (missing !== undefined) return missing;
  const violation = firstViolation(body, shape);
  if (violation !== undefined) return responsesViolation(violation);
  const request = readRequest(body, call);
  for (const law of laws) {
    const problem = law(request, chatModel(name ?? ""));
    if (problem !== undefined) return problem;
  }
  return undefined;
}
