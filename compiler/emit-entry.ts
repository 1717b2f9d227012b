import type { Analysis } from "./analyse.ts";
import { needsAdaptations } from "./emit-adaptations.ts";
import { lineWidth } from "./emit-code.ts";
import { header } from "./emit-header.ts";
import { moduleText } from "./emit-module.ts";
import { needsPrices } from "./emit-prices.ts";
import type { RouterIR } from "./ir.ts";

/** `index.ts`: the parts as one gateway, which runs when it is the program and can be imported when it is not. */
export function emitEntry(ir: RouterIR, facts: Pick<Analysis, "tokenBounds">): string {
  const adaptations = needsAdaptations(ir) ? ["adaptations"] : [];
  const prices = needsPrices(ir) ? ["priceOf"] : [];
  const tokens = facts.tokenBounds.length > 0 ? ["tokenizer"] : [];
  const parts = ["catalog", "route", "resolve", "tokenBounds", ...tokens, "validators", ...adaptations, ...prices];
  const flat = `export const gateway = { ${parts.join(", ")} } as const satisfies Gateway;`;
  const broken = `export const gateway = {\n  ${parts.join(",\n  ")},\n} as const satisfies Gateway;`;
  return moduleText("index.ts", header(ir), [
    [
      'import { type Gateway, main } from "arouter/runtime";',
      ...tokens.map((name) => `import { ${name} } from "arouter/tokenizer";`),
      ...adaptations.map((name) => `import { ${name} } from "./adaptations.gen.ts";`),
      'import { catalog } from "./catalog.gen.ts";',
      ...prices.map((name) => `import { ${name} } from "./prices.gen.ts";`),
      'import { resolve, route, tokenBounds } from "./router.gen.ts";',
      'import { validators } from "./validators.gen.js";',
    ].join("\n"),
    flat.length <= lineWidth ? flat : broken,
    "if (import.meta.main) await main(gateway);",
  ]);
}
