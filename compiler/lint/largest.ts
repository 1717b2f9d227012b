/** The largest of some numbers; undefined where one of them is not known, or there are none. */
export function largest(numbers: readonly (number | undefined)[]): number | undefined {
  const known = numbers.filter((number) => number !== undefined);
  return known.length === numbers.length && known.length > 0 ? Math.max(...known) : undefined;
}
