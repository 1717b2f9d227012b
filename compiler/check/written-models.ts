import type { Ast } from "../ast.ts";
import { type Path, spanAt } from "../node.ts";
import type { Span } from "../span.ts";

/** A model that a rule sends requests to, with its place. */
export type WrittenModel = Readonly<{ name: string; span: Span }>;

/** Every model named under `then`, in order. */
export function writtenModels({ policies }: Ast): readonly WrittenModel[] {
  if (policies === undefined) return [];
  return policies.value.rules.flatMap(({ then }, index) => {
    const at = (...path: Path) => spanAt(policies.root, ["rules", index, "then", ...path]);
    const chain = (then.fallback_chain ?? []).map((name, position) => ({ name, span: at("fallback_chain", position) }));
    const hedge = then.hedge === undefined ? [] : [{ name: then.hedge.with_model, span: at("hedge", "with_model") }];
    return [{ name: then.model, span: at("model") }, ...chain, ...hedge];
  });
}
