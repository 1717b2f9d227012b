import { existsSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { ancestors } from "./ancestors.ts";

/** Where a new configuration's JSON Schemas are, relative to its folder; `exists` tells whether they are there yet. */
export type SchemaFolder = Readonly<{ path: string; exists: boolean }>;

const installed = "node_modules/arouter/schemas";

/**
 * The schemas of the arouter that is installed in the folder or above it; inside arouter's own repository its own; else those
 * that will be there once it is installed. Never a path that is right on this machine only.
 */
export function schemaFolder(
  folder: string,
  ownPackage: string,
  exists: (path: string) => boolean = existsSync,
): SchemaFolder {
  const from = resolve(folder);
  const isThere = (path: string) => exists(join(path, "arouter.schema.json"));
  const found = ancestors(from)
    .map((one) => join(one, installed))
    .find(isThere);
  if (found !== undefined) return { path: relativePath(from, found), exists: true };
  const own = join(ownPackage, "schemas");
  const isInside = ancestors(from).includes(resolve(ownPackage)) && !from.split(sep).includes("node_modules");
  if (isInside && isThere(own)) return { path: relativePath(from, own), exists: true };
  return { path: `./${installed}`, exists: false };
}

function relativePath(from: string, to: string): string {
  const path = relative(from, to).split(sep).join("/");
  return path.startsWith(".") ? path : `./${path}`;
}
