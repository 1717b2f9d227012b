import { defaultPreferences, type RoutingAsk } from "../routing/preferences.ts";
import type { CountedFacts, TokenRange } from "./facts.ts";
import { type Overrides, overriddenBy } from "./overrides.ts";

/** What rules could ask about a request, but for its headers and its texts, which stay private. */
export type RuleFacts = Readonly<{
  hasTools: boolean;
  hasImage: boolean;
  responseFormat: string | undefined;
  maxTokens: number | undefined;
  /** As far as rules had them counted. */
  inputTokens: TokenRange;
  /** What it changed about its policy, by the names of its headers or members. */
  overrides: readonly string[];
}>;

/** What is told of a request when it is over. Call it when the rules have been asked. */
export function ruleFacts(request: CountedFacts, overrides: Overrides, asked: RoutingAsk): RuleFacts {
  const { hasTools, hasImage, responseFormat, maxTokens } = request;
  const names = [...overriddenBy(overrides), ...wishes(asked)];
  return { hasTools, hasImage, responseFormat, maxTokens, inputTokens: request.countedTokens(), overrides: names };
}

function wishes({ preferences, models, hedge }: RoutingAsk): readonly string[] {
  return [
    ...(preferences === defaultPreferences ? [] : ["provider"]),
    ...(models.length === 0 ? [] : ["models"]),
    ...(hedge === undefined ? [] : ["x-arouter-hedge"]),
  ];
}
