/** An amount of US dollars that came as a JSON number, in nano-USD; what is smaller is rounded half up. */
export function nanosOf(usd: number): number {
  return Math.round(usd * 1e9);
}
