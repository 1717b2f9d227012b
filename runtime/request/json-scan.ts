/**
 * Where a text stands in the grammar of JSON (RFC 8259).
 * `partial`: a possible start, more must follow. `complete`: one whole value, though a number may still grow.
 * `invalid`: no continuation makes it JSON; `at` is the offset of the first character that cannot stand there, and
 * `afterValue` says whether the text before it was one whole value.
 */
export type JsonScan = Readonly<
  { kind: "partial" } | { kind: "complete" } | { kind: "invalid"; at: number; afterValue: boolean }
>;

type State =
  /** A value must start. */
  | "value"
  /** After `[`: a value or `]`. */
  | "first-item"
  /** After `{`: a key or `}`. */
  | "first-key"
  /** After a comma in an object. */
  | "key"
  | "colon"
  /** After a value inside a container. */
  | "separator"
  | "string"
  | "escape"
  | "literal"
  | NumberState
  /** After the outermost value. */
  | "end";
type NumberState =
  | "minus"
  | "zero"
  | "integer"
  | "point"
  | "fraction"
  | "exponent"
  | "exponent-sign"
  | "exponent-digits";

const closer = { "{": "}", "[": "]" } as const;
const literals: Readonly<Record<string, string>> = { t: "rue", f: "alse", n: "ull" };
const endsNumber: ReadonlySet<State> = new Set<State>(["zero", "integer", "fraction", "exponent-digits"]);

/** What each state of a number goes on to, by class of character; a class that is absent ends the number. */
const numberSteps = {
  minus: { zero: "zero", digit: "integer" },
  zero: { point: "point", exponent: "exponent" },
  integer: { zero: "integer", digit: "integer", point: "point", exponent: "exponent" },
  point: { zero: "fraction", digit: "fraction" },
  fraction: { zero: "fraction", digit: "fraction", exponent: "exponent" },
  exponent: { zero: "exponent-digits", digit: "exponent-digits", sign: "exponent-sign" },
  "exponent-sign": { zero: "exponent-digits", digit: "exponent-digits" },
  "exponent-digits": { zero: "exponent-digits", digit: "exponent-digits" },
} as const satisfies Record<NumberState, Partial<Record<NumberCharacter, NumberState>>>;
type NumberCharacter = "zero" | "digit" | "point" | "exponent" | "sign";

/**
 * A JSON grammar check that takes its text in pieces: call it with each next piece, it answers for all text so far.
 * Linear in time, one array entry per open bracket in memory, no recursion. Offsets are UTF-16, from the first piece on.
 */
export function createJsonScan(): (piece: string) => JsonScan {
  const open: ("{" | "[")[] = [];
  let state: State = "value";
  let inKey = false;
  /** What a literal or a `\u` escape still needs. */
  let expected = "";
  let consumed = 0;
  let invalidAt: number | undefined;

  return (piece) => {
    if (invalidAt === undefined) {
      const at = scan(piece);
      if (at < piece.length) invalidAt = consumed + at;
      consumed += piece.length;
    }
    const complete = state === "end" || (open.length === 0 && endsNumber.has(state));
    if (invalidAt !== undefined) return { kind: "invalid", at: invalidAt, afterValue: complete };
    return { kind: complete ? "complete" : "partial" };
  };

  /** Offset of the first character that cannot stand where it does, or the length of the piece. */
  function scan(piece: string): number {
    let at = 0;
    while (at < piece.length) {
      if (state === "string") {
        plainText.lastIndex = at;
        at += plainText.exec(piece)?.[0].length ?? 0;
        if (at === piece.length) return at;
      }
      if (!step(piece.charAt(at))) return at;
      at++;
    }
    return at;
  }

  function step(character: string): boolean {
    switch (state) {
      case "value":
        return isSpace(character) || startValue(character);
      case "first-item":
        return isSpace(character) || (character === "]" ? close(character) : startValue(character));
      case "first-key":
        return isSpace(character) || (character === "}" ? close(character) : startKey(character));
      case "key":
        return isSpace(character) || startKey(character);
      case "colon":
        return isSpace(character) || (character === ":" && enter("value"));
      case "separator":
        return isSpace(character) || separate(character);
      case "string":
        return stringStep(character);
      case "escape":
        return escapeStep(character);
      case "literal":
        return literalStep(character);
      case "end":
        return isSpace(character);
      default:
        return numberStep(state, character);
    }
  }

  function enter(next: State): true {
    state = next;
    return true;
  }

  function startValue(character: string): boolean {
    if (character === "{" || character === "[") {
      open.push(character);
      return enter(character === "{" ? "first-key" : "first-item");
    }
    if (character === '"') {
      inKey = false;
      return enter("string");
    }
    if (character === "-") return enter("minus");
    if (character === "0") return enter("zero");
    if (isDigit(character)) return enter("integer");
    expected = literals[character] ?? "";
    return expected !== "" && enter("literal");
  }

  function startKey(character: string): boolean {
    inKey = true;
    return character === '"' && enter("string");
  }

  function endValue(): true {
    return enter(open.length === 0 ? "end" : "separator");
  }

  function separate(character: string): boolean {
    if (character === ",") return enter(open.at(-1) === "{" ? "key" : "value");
    return close(character);
  }

  function close(character: string): boolean {
    const opener = open.at(-1);
    if (opener === undefined || character !== closer[opener]) return false;
    open.pop();
    return endValue();
  }

  function stringStep(character: string): boolean {
    if (character === "\\") return enter("escape");
    if (character !== '"') return false;
    return inKey ? enter("colon") : endValue();
  }

  /** After a backslash; `expected` counts the hexadecimal digits of `\uXXXX` down. */
  function escapeStep(character: string): boolean {
    if (expected !== "") {
      if (!/[0-9a-fA-F]/.test(character)) return false;
      expected = expected.slice(1);
      return expected !== "" || enter("string");
    }
    if (character === "u") {
      expected = "XXXX";
      return true;
    }
    return '"\\/bfnrt'.includes(character) && enter("string");
  }

  function literalStep(character: string): boolean {
    if (character !== expected.charAt(0)) return false;
    expected = expected.slice(1);
    return expected !== "" || endValue();
  }

  function numberStep(from: NumberState, character: string): boolean {
    const steps: Partial<Record<NumberCharacter, NumberState>> = numberSteps[from];
    const kind = numberCharacter(character);
    const next = kind === undefined ? undefined : steps[kind];
    if (next !== undefined) return enter(next);
    if (!endsNumber.has(from)) return false;
    endValue();
    return step(character);
  }
}

/** What a string may hold as it is: anything but a quote, a backslash and control characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: RFC 8259 section 7 names exactly these.
const plainText = /[^"\\\u0000-\u001f]+/y;

function isSpace(character: string): boolean {
  return character === " " || character === "\n" || character === "\r" || character === "\t";
}

function isDigit(character: string): boolean {
  return character >= "0" && character <= "9";
}

function numberCharacter(character: string): NumberCharacter | undefined {
  if (character === "0") return "zero";
  if (isDigit(character)) return "digit";
  if (character === ".") return "point";
  if (character === "e" || character === "E") return "exponent";
  return character === "+" || character === "-" ? "sign" : undefined;
}
