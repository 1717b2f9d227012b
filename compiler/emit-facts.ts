import { commentText } from "./emit-code.ts";
import type { ConditionIR, RouterIR } from "./ir.ts";

/** More rules than this are counted, not named. */
const namedRules = 5;

/** What the rules look at, and which of them; nothing else of a request is worked out for them. A line for each fact. */
export function factLines(ir: RouterIR): readonly string[] {
  const askers = new Map<string, Set<string>>();
  for (const { name, when } of ir.rules) {
    for (const condition of when) {
      const fact = factOf(condition);
      askers.set(fact, (askers.get(fact) ?? new Set()).add(name));
    }
  }
  if (askers.size === 0) return ["Facts that rules ask for: none."];
  const known = [...askers].map(([fact, rules]) => ({ fact: commentText(fact), rules: [...rules].map(commentText) }));
  const width = Math.max(...known.map(({ fact }) => fact.length));
  const lines = known.map(({ fact, rules }) => `  ${fact.padEnd(width)}  ${namesOf(rules)}`);
  const tokens = askers.has("input tokens") ? [] : ["Tokens are not counted, so no tokenizer is loaded."];
  return ["Facts that rules ask for, and which rules:", ...lines, ...tokens];
}

function namesOf(rules: readonly string[]): string {
  const named = rules.slice(0, namedRules).join(", ");
  return rules.length <= namedRules ? named : `${named} and ${rules.length - namedRules} more`;
}

function factOf(condition: ConditionIR): string {
  switch (condition.kind) {
    case "input-tokens":
      return "input tokens";
    case "max-tokens":
      return "output limit";
    case "flag":
      return flagWords[condition.fact];
    case "response-format":
      return "response format";
    case "endpoint":
      return "endpoint";
    case "model-in":
    case "model-glob":
      return "model";
    case "header":
      return `header ${condition.name}`;
  }
}

const flagWords = { hasTools: "tools", hasImage: "images", stream: "stream" } as const;
