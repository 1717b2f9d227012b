import { needsAdaptations } from "./emit-adaptations.ts";
import { header } from "./emit-header.ts";
import { moduleText } from "./emit-module.ts";
import type { RouterIR } from "./ir.ts";

/** `index.ts`: the parts as one gateway, which runs when it is the program and can be imported when it is not. */
export function emitEntry(ir: RouterIR): string {
  const adapts = needsAdaptations(ir);
  const parts = `catalog, route, resolve, tokenCeiling, validators${adapts ? ", adaptations" : ""}`;
  return moduleText("index.ts", header(ir), [
    adapts ? imports.replace("\n", '\nimport { adaptations } from "./adaptations.gen.ts";\n') : imports,
    `export const gateway = { ${parts} } as const satisfies Gateway;`,
    "if (import.meta.main) await main(gateway);",
  ]);
}

const imports = `\
import { type Gateway, main } from "arouter/runtime";
import { catalog } from "./catalog.gen.ts";
import { resolve, route, tokenCeiling } from "./router.gen.ts";
import { validators } from "./validators.gen.js";`;
