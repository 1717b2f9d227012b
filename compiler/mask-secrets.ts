import { distance } from "./suggest.ts";

/**
 * The text with everything that may be a secret starred out, character for character, so that places stay true.
 * Works on text that does not parse: an error frame must not show the key it is about, nor the one on the same line.
 */
export function maskSecrets(text: string): string {
  return wellKnown.reduce((masked, pattern) => masked.replace(pattern, stars), maskNamedValues(text));
}

/** A name and what parts it from its value, in any of the three formats. */
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
  if (last.replaceAll("_", "") === "allowmissingkeys") return false;
  if (/(keys?|secrets?|token|passwords?|authorization|credentials?)$/.test(last)) return true;
  return distance(last, "api_key", 2) <= 2 || distance(last, "keys", 1) <= 1;
}

const longText = /"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)/y;
const list = /\[(?:"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^\]])*\]?/y;
const plain = /(?:"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^\n,}])*/y;

/** The value that starts here, as far as it can reach; empty for a table, whose own keys are looked at. */
function valueAt(text: string, start: number): string {
  if (text[start] === "{") return "";
  return (
    matchAt(longText, text, start) ??
    matchAt(list, text, start) ??
    blockAt(text, start) ??
    matchAt(plain, text, start) ??
    ""
  );
}

const blockHead = /(?:[|>][-+0-9]*)?[ \t]*(?:#[^\n]*)?\r?\n/y;
const blockLine = /(?![ \t]*(?:-[ \t]+)?["']?[\w.-]+["']?:\s)(?:[ \t-][^\n]*\n?|\r?\n)/y;

/** What YAML puts on the lines below a name: items of a list, or text. A line with a name of its own ends it. */
function blockAt(text: string, start: number): string | undefined {
  const head = matchAt(blockHead, text, start);
  if (head === undefined) return undefined;
  let block = head;
  let line = matchAt(blockLine, text, start + block.length);
  while (line !== undefined) {
    block += line;
    line = matchAt(blockLine, text, start + block.length);
  }
  return block;
}

function matchAt(pattern: RegExp, text: string, start: number): string | undefined {
  pattern.lastIndex = start;
  return pattern.exec(text)?.[0];
}

const reference =
  /(["'])(?:env\.\w+|\$\{\w+\}|\$RANDOM_KEY)\1|(?<![^\s,[])(?:env\.\w+|\$\{\w+\}|\$RANDOM_KEY)(?![^\s\],])/g;

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
  // The hyphen of a list item stays.
  return secret.replace(/^[ \t]*-[ \t]|[^\s"'[\],]/gm, (found) => (found.length > 1 ? found : "*"));
}
