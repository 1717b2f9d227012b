import type { Analysis } from "./analyse.ts";
import { emitAdaptations } from "./emit-adaptations.ts";
import { emitCatalog } from "./emit-catalog.ts";
import { emitEntry } from "./emit-entry.ts";
import { header } from "./emit-header.ts";
import { ruleIndexModule } from "./emit-many-rules.ts";
import { emitPrices } from "./emit-prices.ts";
import { emitRouter, manyRules } from "./emit-router.ts";
import { emitValidators, emitValidatorTypes } from "./emit-validators.ts";
import type { RouterIR } from "./ir.ts";

/** A generated file; `path` is relative to the output folder. */
export type GeneratedFile = Readonly<{ path: string; text: string }>;

/**
 * The IR as a TypeScript module, sorted by path: same input, same bytes. `configFile` is the configuration's path relative
 * to the output folder. Imports nothing but `arouter/runtime`, `arouter/tokenizer` where a rule asks for
 * tokens, and its own files.
 */
export function emit(
  ir: RouterIR,
  facts: Pick<Analysis, "tokenBounds" | "models">,
  configFile: string,
): readonly GeneratedFile[] {
  const files = [
    ...emitAdaptations(ir),
    ...emitPrices(ir),
    { path: "catalog.gen.ts", text: emitCatalog(ir, facts, configFile) },
    { path: "index.ts", text: emitEntry(ir, facts) },
    { path: "router.gen.ts", text: emitRouter(ir, facts) },
    { path: "validators.gen.d.ts", text: emitValidatorTypes(ir) },
    { path: "validators.gen.js", text: emitValidators(ir) },
  ];
  const index = { path: "rule-index.gen.ts", text: `${header(ir)}\n\n${ruleIndexModule()}\n` };
  const all = ir.rules.length <= manyRules ? files : [...files, index];
  return all.sort((a, b) => (a.path < b.path ? -1 : 1));
}
