import { matchesGlob } from "../matches-glob.ts";
import { knownModels } from "./known-models.ts";
import { matchingPairs } from "./matching-pairs.ts";

/** All names that the same of some globs match. */
export type GlobClass = Readonly<{ globs: ReadonlySet<string>; example: string }>;

/** As many characters as a model's name may have. */
const maxLength = 256;

/** Moves of the automaton, each of one place in one glob: about half a second. */
const maxMoves = 500_000;

/**
 * Cuts the names of 1 to 256 characters that are not among `names` into classes, each with the globs that match all of it
 * and an example. Exact: the globs run side by side as one automaton, whose reachable states are all visited. Undefined
 * where those are too many, as with dozens of globs like `*a*`, of which any number can match at once.
 */
export function globClasses(globs: readonly string[], names: readonly string[]): readonly GlobClass[] | undefined {
  // Names that some glob matches take part as patterns of their own, so that no class is made of them alone.
  const matched = new Set(matchingPairs(globs, names).map(([, position]) => position));
  const literal = names.filter((_, position) => matched.has(position));
  const patterns = [...globs, ...literal];
  const other = unusedCharacter([...globs, ...names]);
  const examples = new Map<string, GlobClass>();
  const isName = new Set(literal);
  let moves = 0;
  let level: readonly Reached[] = [{ places: settled(patterns, patterns.map(startOf)), text: "" }];
  // Not the start: no name is empty, but a longer one may lead to the same places.
  const visited = new Set<string>();
  for (let length = 1; length <= maxLength && level.length > 0; length++) {
    const next: Reached[] = [];
    for (const { places, text } of level) {
      // The character that no pattern has comes first: an example with it is nobody's name.
      for (const symbol of [other, ...symbolsAt(patterns, places)]) {
        moves += places.length;
        const reached = { places: settled(patterns, moved(patterns, places, symbol)), text: text + symbol };
        const key = keyOf(reached);
        if (visited.has(key)) continue;
        visited.add(key);
        next.push(reached);
        const whole = accepted(patterns, reached.places);
        const signature = JSON.stringify(whole);
        if (!examples.has(signature) && !whole.some((pattern) => isName.has(pattern))) {
          examples.set(signature, { globs: new Set(whole), example: reached.text });
        }
      }
      if (moves > maxMoves) return undefined;
    }
    level = next;
  }
  const taken = new Set(names);
  return [...examples.values()].map((one) => ({ ...one, example: likelier(one, globs, taken) }));
}

/** The number of a pattern and of the character in it that comes next, as one number. */
type Place = number;

/** More characters than a pattern has. */
const patternSize = 65_536;

const patternOf = (place: Place) => Math.floor(place / patternSize);
const characterOf = (patterns: readonly string[], place: Place) => patterns[patternOf(place)]?.[place % patternSize];

type Reached = Readonly<{ places: readonly Place[]; text: string }>;

function startOf(_: string, pattern: number): Place {
  return pattern * patternSize;
}

function keyOf({ places }: Reached): string {
  return places.join();
}

/** Each place once, in order, with those that a star leads to without a character. */
function settled(patterns: readonly string[], places: readonly Place[]): readonly Place[] {
  const all = new Set<Place>();
  for (const first of places) {
    for (let place = first; ; place++) {
      all.add(place);
      if (characterOf(patterns, place) !== "*") break;
    }
  }
  return [...all].sort((a, b) => a - b);
}

function moved(patterns: readonly string[], places: readonly Place[], symbol: string): readonly Place[] {
  const reached: Place[] = [];
  for (const place of places) {
    const wanted = characterOf(patterns, place);
    if (wanted === "*") reached.push(place);
    else if (wanted === "?" || wanted === symbol) reached.push(place + 1);
  }
  return reached;
}

/** All other characters lead to the same places as the one that no pattern has. */
function symbolsAt(patterns: readonly string[], places: readonly Place[]): ReadonlySet<string> {
  const wanted = places.map((place) => characterOf(patterns, place) ?? "*");
  return new Set(wanted.filter((symbol) => symbol !== "*" && symbol !== "?"));
}

function accepted(patterns: readonly string[], places: readonly Place[]): readonly string[] {
  return places.flatMap((place) => {
    const text = patterns[patternOf(place)];
    return text !== undefined && place % patternSize === text.length ? [text] : [];
  });
}

/** By UTF-16 unit, as globs count. There are more of them than patterns have characters. */
function unusedCharacter(texts: readonly string[]): string {
  const used = new Set(texts.join("").split(""));
  for (const symbol of "xyzabcdefghijklmnopqrstuvw0123456789") if (!used.has(symbol)) return symbol;
  let unit = 0x4e00;
  while (used.has(String.fromCharCode(unit))) unit++;
  return String.fromCharCode(unit);
}

/** For names that are like none that anybody knows. */
const anyOther = "another-model";

/** The first likely name that is of the class; its shortest example where none is. */
function likelier(
  { globs: matched, example }: GlobClass,
  globs: readonly string[],
  names: ReadonlySet<string>,
): string {
  const filled = [...matched].flatMap((glob) => ["latest", "1", "x"].map((text) => glob.replaceAll("*", text)));
  const isOfClass = (name: string) =>
    name.length <= maxLength &&
    !names.has(name) &&
    globs.every((glob) => matchesGlob(name, glob) === matched.has(glob));
  return [...knownModels, anyOther, ...filled.filter((name) => !name.includes("?"))].find(isOfClass) ?? example;
}
