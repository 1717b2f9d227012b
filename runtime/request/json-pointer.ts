/** A path such as `messages[2].content` as RFC 6901 writes it. */
export function jsonPointer(path: string): string {
  const steps = path.split(/[.[\]]+/).filter((step) => step !== "");
  return steps.map((step) => `/${step.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
