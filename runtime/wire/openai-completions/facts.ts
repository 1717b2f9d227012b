import type { Json, JsonObject } from "../canonical.ts";
import type { BodyFacts } from "../codec.ts";
import { arrayOf, numberOf } from "../json.ts";

/** What routing asks of a completions body. Reads any object; what has another shape counts as absent. */
export function facts(body: JsonObject): BodyFacts {
  return {
    stream: body["stream"] === true,
    hasTools: false,
    hasImage: false,
    responseFormat: undefined,
    maxTokens: numberOf(body["max_tokens"]),
    texts: () => [...textsOf(body["prompt"]), ...textsOf(body["suffix"])],
    outputSchema: () => undefined,
  };
}

function textsOf(value: Json | undefined): readonly string[] {
  return typeof value === "string" ? [value] : arrayOf(value).filter((one) => typeof one === "string");
}
