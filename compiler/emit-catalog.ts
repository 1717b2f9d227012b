import type { Catalog } from "../runtime/contract.ts";
import type { Analysis } from "./analyse.ts";
import { catalogueCards } from "./catalogue/catalogue-cards.ts";
import { defined } from "./defined.ts";
import { literal } from "./emit-code.ts";
import { header } from "./emit-header.ts";
import { moduleText } from "./emit-module.ts";
import type { RouterIR } from "./ir.ts";

/** `catalog.gen.ts`: everything static. `configFile` is relative to the folder the file will stand in. */
export function emitCatalog(ir: RouterIR, facts: Pick<Analysis, "models">, configFile: string): string {
  const cards = catalogueCards(ir, facts.models);
  const catalog: Catalog = { ...ir.catalog, configFile, models: facts.models, ...defined({ cards }) };
  const value = literal(catalog, { indent: 0, column: lineStart.length, after: lineEnd.length });
  return moduleText("catalog.gen.ts", header(ir), [
    'import type { Catalog } from "arouter/runtime";',
    `${lineStart}${value}${lineEnd}`,
  ]);
}

const lineStart = "export const catalog = ";
const lineEnd = " as const satisfies Catalog;";
