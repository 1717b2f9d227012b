import type { JsonObject } from "../canonical.ts";
import type { BodyFacts } from "../codec.ts";

export function facts(body: JsonObject): BodyFacts {
  return {
    stream: body["stream"] === true,
    hasTools: false,
    hasImage: false,
    responseFormat: undefined,
    maxTokens: undefined,
    texts: () => [],
    outputSchema: () => undefined,
  };
}
