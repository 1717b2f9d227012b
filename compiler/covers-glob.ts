import { globClasses } from "./analysis/glob-classes.ts";

/** Whether `wider` matches every name that `glob` matches. Exact; two globs too entangled to tell count as not covered. */
export function coversGlob(wider: string, glob: string): boolean {
  const classes = globClasses([...new Set([wider, glob])], []);
  return classes?.every(({ globs }) => !globs.has(glob) || globs.has(wider)) === true;
}
