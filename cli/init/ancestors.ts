import { dirname, resolve } from "node:path";

/** The absolute paths of a folder and of all around it, from the inside out. */
export function ancestors(folder: string): readonly string[] {
  const own = resolve(folder);
  const above = dirname(own);
  return above === own ? [own] : [own, ...ancestors(above)];
}
