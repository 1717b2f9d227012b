import { traitsOf as chatTraitsOf, type ModelTraits } from "../openai-chat/traits.ts";

/** Models whose strongest effort is `max`, which Chat Completions does not know. */
const hasMaxEffort = /^gpt-(5\.[6-9]|[6-9]|\d\d)/;

/** What an OpenAI model accepts on the Responses API: more than on Chat Completions, but for `stop`. */
export function traitsOf(model: string): ModelTraits {
  const traits = chatTraitsOf(model);
  const name = model.slice(model.lastIndexOf("/") + 1).toLowerCase();
  return {
    ...traits,
    toolsOnlyAtNone: false,
    stop: false,
    efforts: hasMaxEffort.test(name) && traits.reasoning ? [...traits.efforts, "max"] : traits.efforts,
  };
}
