/** A text as YAML reads it back in any place, in quotes where it needs them. */
export function yamlText(text: string): string {
  return /^[A-Za-z][\w./-]*$/.test(text) && !words.includes(text.toLowerCase()) ? text : JSON.stringify(text);
}

/** What YAML takes for something else. */
const words = ["true", "false", "null", "yes", "no", "on", "off"];
