import { bit } from "../analysis/axis.ts";
import { type Bounds, boundsOf } from "../analysis/bounds.ts";
import type { Box } from "../analysis/region.ts";
import type { Space } from "../analysis/space.ts";
import { type Diagnostic, diagnostic } from "../diagnostics.ts";
import { requestSchema } from "../schema-names.ts";
import { named, type Subject, witnessOfRule } from "./subject.ts";

/** AR313: a check that has nothing to check in any answer to the rule's requests. */
export function idleValidators(subject: Subject): readonly Diagnostic[] {
  const { rule, space, requests } = subject;
  const { validate, routes, fallbackOn = ["validation"] } = rule.plan;
  if (validate.length === 0) return [];
  const all = requests.map((box): Requests => ({ ...boundsOf(space, [box]), mayAsk: mayAskForSchema(space, box) }));
  return validate.flatMap((name, at) => {
    if (all.some((one) => (name === requestSchema ? mayHaveSchema(one) : mayConverse(one)))) return [];
    const why = all.some(mayConverse) ? "none of its requests has a schema" : "embeddings are not checked";
    const isAll = validate.length === 1 && routes.length > 1 && !fallbackOn.includes("error");
    const so = isAll ? ", so its chain never starts" : "";
    const message = `${named(rule)} never checks ${name}: ${why}${so}.`;
    const witness = witnessOfRule(subject);
    const hint = "Remove it, or name a schema file of your own.";
    return [diagnostic("AR313", rule.thenSpans?.validate[at] ?? rule.span, message, { hint, witness })];
  });
}

/** Whether some of them may have `json_schema` as their response format. */
type Requests = Bounds & Readonly<{ mayAsk: boolean }>;

function mayAskForSchema({ axes }: Space, box: Box): boolean {
  const at = axes.findIndex(({ name }) => name === "the response format");
  const axis = axes[at];
  if (axis === undefined) return true;
  const cells = axis.where({ kind: "response-format", is: requestSchema });
  // What no rule names is in the last cell.
  return ((box[at] ?? 0n) & (cells === 0n ? bit(axis.cells.length - 1) : cells)) !== 0n;
}

/** Answers to embeddings are no text. */
function mayConverse({ endpoints }: Bounds): boolean {
  return endpoints.some((endpoint) => endpoint !== "embeddings");
}

/** The request's schema is that of its response format or, in the Messages API, of the tool that must be called. */
function mayHaveSchema({ endpoints, mayAsk, hasTools }: Requests): boolean {
  const isFree = endpoints.some((endpoint) => endpoint !== "embeddings" && endpoint !== "completions");
  return (isFree && mayAsk) || (endpoints.includes("messages") && hasTools.includes(true));
}
