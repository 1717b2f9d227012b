/** The list in slices of at most `size`. */
export function batchesOf<T>(list: readonly [T, ...T[]], size: number): readonly [readonly T[], ...(readonly T[])[]] {
  const rest: (readonly T[])[] = [];
  for (let at = size; at < list.length; at += size) rest.push(list.slice(at, at + size));
  return [list.slice(0, size), ...rest];
}
