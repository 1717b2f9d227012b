import { needsAdaptations } from "./emit-adaptations.ts";
import { lineWidth } from "./emit-code.ts";
import { header } from "./emit-header.ts";
import { moduleText } from "./emit-module.ts";
import { needsPrices } from "./emit-prices.ts";
import type { RouterIR } from "./ir.ts";

/** `index.ts`: the parts as one gateway, which runs when it is the program and can be imported when it is not. */
export function emitEntry(ir: RouterIR): string {
  const adaptations = needsAdaptations(ir) ? ["adaptations"] : [];
  const prices = needsPrices(ir) ? ["priceOf"] : [];
  const parts = ["catalog", "route", "resolve", "tokenCeiling", "validators", ...adaptations, ...prices];
  const flat = `export const gateway = { ${parts.join(", ")} } as const satisfies Gateway;`;
  const broken = `export const gateway = {\n  ${parts.join(",\n  ")},\n} as const satisfies Gateway;`;
  return moduleText("index.ts", header(ir), [
    [
      'import { type Gateway, main } from "arouter/runtime";',
      ...adaptations.map((name) => `import { ${name} } from "./adaptations.gen.ts";`),
      'import { catalog } from "./catalog.gen.ts";',
      ...prices.map((name) => `import { ${name} } from "./prices.gen.ts";`),
      'import { resolve, route, tokenCeiling } from "./router.gen.ts";',
      'import { validators } from "./validators.gen.js";',
    ].join("\n"),
    flat.length <= lineWidth ? flat : broken,
    "if (import.meta.main) await main(gateway);",
  ]);
}
