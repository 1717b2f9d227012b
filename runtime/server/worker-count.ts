const most = 256;

/** What `--workers` says; 1 when it is left out. Throws an Error that says what to type. */
export function workerCount(text: string | undefined): number {
  if (text === undefined) return 1;
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= most) return count;
  throw new Error(`--workers takes a whole number from 1 to ${most}, not "${text}".`);
}
