import { distance } from "./suggest.ts";

/**
 * The text with everything that may be a secret starred out, character for character, so that places stay true.
 * Works on text that does not parse: an error frame must not show the key it is about, nor the one on the same line.
 */
export function maskSecrets(text: string): string {
  return wellKnown.reduce((masked, pattern) => masked.replace(pattern, stars), maskNamedValues(text));
}

const assignment = /(["']?)([A-Za-z_][\w.-]*)\1[ \t]*[=:][ \t]*/g;

/** Vendor keys, authorization values and URL credentials, wherever they stand. */
const wellKnown = [/\bsk-[\w-]{3,}/g, /(?<=\b[Bb]earer[ \t]+)[^\s"']+/g, /(?<=:\/\/)[^\s/"'@]+(?=@)/g] as const;

function maskNamedValues(text: string): string {
  let masked = "";
  let done = 0;
  for (const found of text.matchAll(assignment)) {
    const start = found.index + found[0].length;
    if (start < done || !isSecretName(found[2] ?? "")) continue;
    const value = valueAt(text, start);
    masked += text.slice(done, start) + maskValue(value);
    done = start + value.length;
  }
  return masked + text.slice(done);
}

/** Misspelt names count too: an unknown key is an error that shows its line. */
function isSecretName(name: string): boolean {
  const last = (name.split(".").at(-1) ?? "").toLowerCase();
  if (last === "allow_missing_keys") return false;
  if (/(keys?|secrets?|token|passwords?|authorization|credentials?)$/.test(last)) return true;
  return distance(last, "api_key", 2) <= 2 || distance(last, "keys", 1) <= 1;
}

const longText = /"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)/y;
const list = /\[(?:"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^\]])*\]?/y;
const plain = /(?:"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^\n,}])*/y;

/** The value that starts here, as far as it can reach; empty for a table, whose own keys are looked at. */
function valueAt(text: string, start: number): string {
  if (text[start] === "{") return "";
  for (const pattern of [longText, list, plain]) {
    pattern.lastIndex = start;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) return found;
  }
  return "";
}

const reference = /(["'])(?:env\.\w+|\$\{\w+\})\1/g;

/** References to variables stay readable. */
function maskValue(value: string): string {
  let masked = "";
  let done = 0;
  for (const found of value.matchAll(reference)) {
    masked += stars(value.slice(done, found.index)) + found[0];
    done = found.index + found[0].length;
  }
  return masked + stars(value.slice(done));
}

function stars(secret: string): string {
  return secret.replace(/[^\s"'[\],]/g, "*");
}
