/** What the first bytes of each image format look like, as base64 of a multiple of three bytes or a prefix of it. */
const signatures = [
  ["image/png", "iVBORw0KGgo"],
  ["image/jpeg", "/9j/"],
  ["image/gif", "R0lGOD"],
  ["image/webp", "UklGR"],
] as const;

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/** What is wrong with a base64 image that says it is of `type`. */
export function mediaProblem(data: string, type: string): "not-base64" | "unknown-format" | "other-format" | undefined {
  if (!base64.test(data)) return "not-base64";
  const found = signatures.find(([, prefix]) => data.startsWith(prefix))?.[0];
  if (found === undefined) return "unknown-format";
  return found === type.toLowerCase().replace("image/jpg", "image/jpeg") ? undefined : "other-format";
}

/** Whether a text is base64. */
export function isBase64(data: string): boolean {
  return data !== "" && base64.test(data);
}
