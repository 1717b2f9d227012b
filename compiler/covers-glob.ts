import { matchesGlob } from "./matches-glob.ts";

/** Whether `wider` matches every name that `glob` matches. Sound, not complete: a `?` only covers itself. */
export function coversGlob(wider: string, glob: string): boolean {
  return wider === glob || (!wider.includes("?") && matchesGlob(glob, wider));
}
