/** One value or a list of them, as a list. */
export function listOf<T>(written: T | readonly T[]): readonly T[] {
  return isList(written) ? written : [written];
}

function isList<T>(written: T | readonly T[]): written is readonly T[] {
  return Array.isArray(written);
}
