import { fieldOf } from "../contents.ts";
import { invalid } from "../invalid.ts";
import type { Law } from "./law.ts";

/** A level or a budget, whichever the model knows, within its bounds (the vendor's thinking guide). */
export const thinking: Law = (body, model) => {
  const config = fieldOf(fieldOf(body, "generationConfig"), "thinkingConfig");
  const { thinkingLevel: level, thinkingBudget: budget } = config;
  if (Object.keys(config).length === 0) return undefined;
  if (model.budget === undefined) return invalid("Thinking is not supported for this model.");
  if (level !== undefined && budget !== undefined)
    return invalid("You can only set only one of thinking budget and thinking level.");
  if (typeof level === "string" && level !== "THINKING_LEVEL_UNSPECIFIED") {
    if (model.levels.length === 0) return invalid("Thinking level is not supported for this model.");
    if (!model.levels.includes(level))
      return invalid(
        `Thinking level ${level} is not supported for this model. Please retry with other thinking level.`,
      );
  }
  if (typeof budget !== "number" || budget === -1) return undefined;
  if (budget === 0) {
    if (!model.thinkingOff) return invalid("Budget 0 is invalid. This model only works in thinking mode.");
    return config["includeThoughts"] === true
      ? invalid("Thinking_config.include_thoughts is only enabled when thinking is enabled.")
      : undefined;
  }
  const { min, max } = model.budget;
  return budget < min || budget > max
    ? invalid(`The thinking budget ${budget} is invalid. Please choose a value between ${min} and ${max}.`)
    : undefined;
};
