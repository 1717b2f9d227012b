import { isObject, type Json, type JsonObject } from "../../json.ts";
import type { Problem } from "../../reply.ts";
import { invalid } from "../invalid.ts";
import type { ClaudeModel } from "../models.ts";
import type { Law } from "./law.ts";

/** The `thinking` a model takes, its budget, and what forced tools do to it. */
export const thinkingMode: Law = (body, model) => {
  const config = isObject(body["thinking"]) ? body["thinking"] : undefined;
  const type = config?.["type"];
  const mode = config === undefined ? undefined : modeProblem(type, body, model);
  if (mode !== undefined) return mode;
  const budget = config?.["budget_tokens"];
  if (typeof budget === "number" && typeof body["max_tokens"] === "number" && budget >= body["max_tokens"]) {
    return invalid(
      "`max_tokens` must be greater than `thinking.budget_tokens`. Please consult our documentation at https://docs.claude.com/en/docs/build-with-claude/extended-thinking#max-tokens-and-context-window-size",
    );
  }
  const choice = isObject(body["tool_choice"]) ? body["tool_choice"]["type"] : undefined;
  if (choice !== "any" && choice !== "tool") return undefined;
  if (!model.forcedTool)
    return invalid(`tool_choice: type '${choice}' is not supported on this model. Use 'auto' or 'none'.`);
  return type === "enabled" ? invalid("Thinking may not be enabled when tool_choice forces tool use.") : undefined;
};

function modeProblem(type: Json | undefined, body: JsonObject, model: ClaudeModel): Problem | undefined {
  if (!model.thinkingTypes.some((known) => known === type)) {
    if (type === "adaptive") return invalid("adaptive thinking is not supported on this model");
    const instead = model.thinkingTypes.map((known) => `"thinking.type.${known}"`).join(" or ");
    return invalid(`"thinking.type.${type}" is not supported for this model. Use ${instead}.`);
  }
  const effort = isObject(body["output_config"]) ? body["output_config"]["effort"] : undefined;
  const alwaysThinks = effort === "xhigh" || effort === "max";
  return type === "disabled" && model.thinksByDefault && alwaysThinks
    ? invalid(`"thinking.type.disabled" is not supported with effort '${effort}' on this model.`)
    : undefined;
}
