/** JSON in visible ASCII only: no viewer turns it around, or takes a character in it for the end of a line. */
export function escapedJson(value: unknown): string {
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(value).replace(/[^\x20-\x7e]/g, escaped);
}
