import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Gateway } from "../runtime/contract.ts";

/**
 * The gateway that `compile` wrote to `folder`. Its parts are loaded without `index.ts`, whose import of `arouter/runtime`
 * resolves only where arouter is installed beside it.
 */
export async function importGateway(folder: string): Promise<Gateway> {
  const load = (file: string) => import(pathToFileURL(resolve(folder, file)).href);
  const [{ catalog }, { route, resolve: resolveModel, tokenCeiling }, { validators }] = await Promise.all([
    load("catalog.gen.ts"),
    load("router.gen.ts"),
    load("validators.gen.js"),
  ]);
  // Its types were checked against this very contract before it was written.
  return { catalog, route, resolve: resolveModel, tokenCeiling, validators } as Gateway;
}
