/** A set of rule numbers: one bit per rule, 32 to a word. */
export type Bits = Int32Array;

/** The set of `numbers`, all below `size`. */
export function toBits(numbers: Iterable<number>, size: number): Bits {
  const bits = new Int32Array(Math.ceil(size / 32));
  for (const n of numbers) setBit(bits, n);
  return bits;
}

export function setBit(bits: Bits, n: number): void {
  bits[n >>> 5] = (bits[n >>> 5] ?? 0) | (1 << (n & 31));
}

export function flipBit(bits: Bits, n: number): void {
  bits[n >>> 5] = (bits[n >>> 5] ?? 0) ^ (1 << (n & 31));
}

/** Keeps what is in both; they have the same size. */
export function intersect(bits: Bits, other: Bits): void {
  for (let word = 0; word < bits.length; word++) bits[word] = (bits[word] ?? 0) & (other[word] ?? 0);
}

/** The first number in the set at or after `from`; Infinity when there is none. */
export function nextBit(bits: Bits, from: number): number {
  let word = from >>> 5;
  let rest = (bits[word] ?? 0) & (-1 << (from & 31));
  while (rest === 0 && word < bits.length) rest = bits[++word] ?? 0;
  return rest === 0 ? Number.POSITIVE_INFINITY : word * 32 + 31 - Math.clz32(rest & -rest);
}
