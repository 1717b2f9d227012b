import type { MatchLogic } from "@pydantic/genai-prices";

/** One condition on a model's name in lower case. */
export type NameTest =
  | Readonly<{ kind: "equals" | "starts" | "ends" | "contains"; text: string }>
  | Readonly<{ kind: "regex"; source: string }>;

/** A pattern of the catalogue as alternatives, in all of whose tests a name must pass one: it has no other shape. */
export function matchAlternatives(match: MatchLogic): readonly (readonly NameTest[])[] {
  if ("or" in match) return match.or.flatMap(matchAlternatives);
  if ("and" in match) {
    return match.and
      .map(matchAlternatives)
      .reduce((all, next) => all.flatMap((before) => next.map((after) => [...before, ...after])), [[]]);
  }
  if ("equals" in match) return [[{ kind: "equals", text: match.equals.toLowerCase() }]];
  if ("starts_with" in match) return [[{ kind: "starts", text: match.starts_with.toLowerCase() }]];
  if ("ends_with" in match) return [[{ kind: "ends", text: match.ends_with.toLowerCase() }]];
  if ("contains" in match) return [[{ kind: "contains", text: match.contains.toLowerCase() }]];
  return [[{ kind: "regex", source: match.regex }]];
}

/** Whether a name in lower case passes a test. */
export function passes(test: NameTest, name: string): boolean {
  switch (test.kind) {
    case "equals":
      return name === test.text;
    case "starts":
      return name.startsWith(test.text);
    case "ends":
      return name.endsWith(test.text);
    case "contains":
      return name.includes(test.text);
    case "regex":
      return new RegExp(test.source).test(name);
  }
}
