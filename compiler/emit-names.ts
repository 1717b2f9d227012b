/** Words a module may not declare, and the names every generated module declares itself. */
const reserved: ReadonlySet<string> = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends false " +
    "finally for function if implements import in instanceof interface let new null package private protected public return " +
    "static super switch this throw true try typeof undefined using var void while with yield async of get set " +
    "NaN Infinity globalThis Map Set Object Array String Number Math " +
    "catalog endpoint matchesGlob model r resolve route ruleIndex rules tokenBounds validators"
  ).split(" "),
);

/**
 * Hands out identifiers for one module, none twice. A name that has no letters fit for code becomes `fallback`, a word with a
 * meaning of its own gets `Rule` behind it, and one that is taken a number.
 */
export function identifiers(): (name: string, fallback: string) => string {
  const taken = new Set<string>();
  return (name, fallback) => {
    const camel = camelCase(name);
    const base = camel === "" ? fallback : reserved.has(camel) ? `${camel}Rule` : camel;
    let identifier = base;
    for (let count = 2; taken.has(identifier); count++) identifier = `${base}${count}`;
    taken.add(identifier);
    return identifier;
  };
}

/** `trivial_to-mini` → `trivialToMini`; empty when the name holds anything but ASCII words, or begins with a digit. */
function camelCase(name: string): string {
  if (!/^[A-Za-z][\w. -]{0,63}$/.test(name)) return "";
  const [first = "", ...rest] = name.split(/[_. -]+/).filter((word) => word !== "");
  return first.charAt(0).toLowerCase() + first.slice(1) + rest.map(capitalised).join("");
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
