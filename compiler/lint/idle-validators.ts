import { type Bounds, boundsOf } from "../analysis/bounds.ts";
import { type Diagnostic, diagnostic } from "../diagnostics.ts";
import { requestSchema } from "../schema-names.ts";
import { named, type Subject, witnessOfRule } from "./subject.ts";

/** AR313: a check that has nothing to check in any answer to the rule's requests. */
export function idleValidators(subject: Subject): readonly Diagnostic[] {
  const { rule, space, requests } = subject;
  const { validate, routes, fallbackOn = ["validation"] } = rule.plan;
  const bounds = requests.map((box) => boundsOf(space, [box]));
  return validate.flatMap((name, at) => {
    const why = bounds.some((one) => (name === requestSchema ? mayHaveSchema(one) : mayConverse(one)))
      ? undefined
      : whyIdle(bounds);
    if (why === undefined) return [];
    const isAll = validate.length === 1 && routes.length > 1 && !fallbackOn.includes("error");
    const so = isAll ? ", so its chain never starts" : "";
    const message = `${named(rule)} never checks ${name}: ${why}${so}.`;
    const witness = witnessOfRule(subject);
    const hint = "Remove it, or name a schema file of your own.";
    return [diagnostic("AR313", rule.thenSpans?.validate[at] ?? rule.span, message, { hint, witness })];
  });
}

/** Answers to embeddings are no text. */
function mayConverse({ endpoints }: Bounds): boolean {
  return endpoints.some((endpoint) => endpoint !== "embeddings");
}

/** The request's schema is that of its response format or, in the Messages API, of the tool that must be called. */
function mayHaveSchema({ endpoints, responseFormats, hasTools }: Bounds): boolean {
  const asks = responseFormats === "any" || responseFormats.includes(requestSchema);
  const isFree = endpoints.some((endpoint) => endpoint !== "embeddings" && endpoint !== "completions");
  return (isFree && asks) || (endpoints.includes("messages") && hasTools.includes(true));
}

function whyIdle(bounds: readonly Bounds[]): string {
  if (!bounds.some(mayConverse)) return "embeddings are not checked";
  return "none of its requests has a schema";
}
