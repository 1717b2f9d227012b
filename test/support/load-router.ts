import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { analyse } from "../../compiler/analyse.ts";
import { emit } from "../../compiler/emit.ts";
import type { RouterIR } from "../../compiler/ir.ts";
import type { Gateway } from "../../runtime/contract.ts";

export type LoadedRouter = Pick<Gateway, "route" | "resolve" | "tokenBounds" | "validators" | "catalog">;

/** What the emitted modules export, run from a temporary folder. */
export async function loadRouter(ir: RouterIR): Promise<LoadedRouter> {
  const folder = await mkdtemp(join(tmpdir(), "arouter-emitted-"));
  try {
    for (const { path, text } of emit(ir, analyse(ir).facts, "arouter.toml")) await Bun.write(join(folder, path), text);
    return {
      ...(await import(join(folder, "router.gen.ts"))),
      ...(await import(join(folder, "catalog.gen.ts"))),
      ...(await import(join(folder, "validators.gen.js"))),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}
