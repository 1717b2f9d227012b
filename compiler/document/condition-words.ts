import type { Comparison, ConditionIR } from "../ir.ts";

/** A sentence in which names stand apart from words, so that each output writes them in its own way. */
export type Words = readonly (string | Readonly<{ name: string }>)[];

/** One condition of a rule for people who do not know the keys of `when`. Of more than `maxNamed` alternatives the rest is counted. */
export function conditionWords(condition: ConditionIR, maxNamed = Number.POSITIVE_INFINITY): Words {
  switch (condition.kind) {
    case "input-tokens":
      return [`${bounds[condition.op]} ${condition.value.toLocaleString("en-US")} input tokens`];
    case "max-tokens":
      return [`an output limit of ${bounds[condition.op]} ${condition.value.toLocaleString("en-US")} tokens`];
    case "flag":
      return [flagWords[condition.fact][condition.is ? "yes" : "no"]];
    case "response-format":
      return ["response format ", { name: condition.is }];
    case "endpoint":
      return ["endpoint ", ...oneOf(condition.in, maxNamed)];
    case "model-in":
      return ["model ", ...oneOf(condition.models, maxNamed)];
    case "model-glob":
      return ["model like ", ...oneOf(condition.globs, maxNamed)];
    case "header":
      return headerWords(condition.name, condition.is);
  }
}

const bounds = {
  "<": "fewer than",
  "<=": "at most",
  ">": "more than",
  ">=": "at least",
} as const satisfies Record<Comparison, string>;

const flagWords = {
  hasTools: { yes: "tools", no: "no tools" },
  hasImage: { yes: "an image", no: "no image" },
  stream: { yes: "streamed", no: "not streamed" },
} as const;

function headerWords(name: string, is: string | boolean): Words {
  if (typeof is === "string") return ["header ", { name }, " is ", { name: is }];
  return [is ? "header " : "no header ", { name }];
}

function oneOf(names: readonly string[], maxNamed: number): Words {
  const named = names.slice(0, maxNamed).flatMap((name, index) => [...(index === 0 ? [] : [" or "]), { name }]);
  const rest = names.length - maxNamed;
  return rest > 0 ? [...named, ` or ${rest} more`] : named;
}
