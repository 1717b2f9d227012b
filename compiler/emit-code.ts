/** The alphabet of generated code: every character that comes from a user's file passes through here. */

/** Code that is no literal, such as the name of a constant; on one line where no place is given. */
export type Code = (place?: Place) => string;

/** What a generated literal can hold. A member that is `undefined` is left out. */
export type Data =
  | null
  | boolean
  | number
  | string
  | Code
  | readonly Data[]
  | { readonly [key: string]: Data | undefined };

/** Where a value is printed: the indentation of its line, the column it begins in, and how many characters follow it. */
export type Place = Readonly<{ indent: number; column: number; after: number }>;

/** As in `biome.json`, so that a formatter has nothing to change. */
export const lineWidth = 120;

/** A double-quoted string literal. U+2028 and U+2029 end a line in older readers, so they are escaped too. */
export function stringLiteral(text: string): string {
  return JSON.stringify(text).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}

/** A number literal with thousands grouped from five digits on, as people write token counts. */
export function numberLiteral(value: number): string {
  if (Object.is(value, -0)) return "-0";
  if (!Number.isSafeInteger(value) || Math.abs(value) < 10_000) return String(value).replace("e+", "e");
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, "_");
}

/**
 * Text for the rest of a `//` comment: control and line-ending characters are escaped, and so are the direction marks that make
 * code read differently from what runs (CVE-2021-42574). A leading `@` is escaped because TypeScript obeys `// @ts-ignore`.
 */
export function commentText(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, escapeCharacter)
    .replace(/^@/, "\\u0040")
    .trimEnd();
}

function escapeCharacter(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/** A property name: bare when it may be. `__proto__` is computed, since written plainly it would set the prototype. */
export function propertyName(name: string): string {
  if (name === "__proto__") return '["__proto__"]';
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : stringLiteral(name);
}

/** A value as TypeScript source, broken over lines exactly as Biome would break it. */
export function literal(value: Data, place: Place): string {
  if (typeof value === "function") return value(place);
  const flat = flatLiteral(value);
  const fits = place.column + flat.length + place.after <= lineWidth;
  if (isLeaf(value) || (fits && !mustBreak(value))) return flat;
  const inner = place.indent + 2;
  if (isList(value) && value.every((item) => typeof item === "number")) return filled(value.map(flatLiteral), inner);
  const lines = isList(value)
    ? value.map((item) => literal(item, { indent: inner, column: inner, after: 1 }))
    : members(value).map(([name, member]) => memberLine(propertyName(name), member, inner));
  const [open, close] = isList(value) ? ["[", "]"] : ["{", "}"];
  return [open, ...lines.map((line) => `${" ".repeat(inner)}${line},`), " ".repeat(place.indent) + close].join("\n");
}

/** Numbers, as many to a line as fit. */
function filled(numbers: readonly string[], indent: number): string {
  const lines: string[] = [];
  let line = "";
  for (const number of numbers) {
    const longer = line === "" ? `${" ".repeat(indent)}${number},` : `${line} ${number},`;
    if (longer.length <= lineWidth) line = longer;
    else {
      lines.push(line);
      line = `${" ".repeat(indent)}${number},`;
    }
  }
  return ["[", ...lines, line, `${" ".repeat(indent - 2)}]`].join("\n");
}

function memberLine(name: string, value: Data, indent: number): string {
  const text = literal(value, { indent, column: indent + name.length + 2, after: 1 });
  const tooLong = typeof value === "string" && indent + name.length + 2 + text.length + 1 > lineWidth;
  return tooLong ? `${name}:\n${" ".repeat(indent + 2)}${text}` : `${name}: ${text}`;
}

/** A value on one line, however long. */
export function flatLiteral(value: Data): string {
  if (typeof value === "string") return stringLiteral(value);
  if (typeof value === "number") return numberLiteral(value);
  if (typeof value === "function") return value();
  if (value === null || typeof value === "boolean") return String(value);
  if (isList(value)) return `[${value.map(flatLiteral).join(", ")}]`;
  const inside = members(value).map(([name, member]) => `${propertyName(name)}: ${flatLiteral(member)}`);
  return inside.length === 0 ? "{}" : `{ ${inside.join(", ")} }`;
}

/**
 * Objects of objects are easier to read one member a line, unless the one inside stands alone in a list. Biome insists on
 * that for lists of several objects.
 */
function mustBreak(value: Data): boolean {
  if (isLeaf(value)) return false;
  if (!isList(value)) return members(value).some(([, member]) => holdsObject(member) || mustBreak(member));
  return (value.length > 1 && value.every((item) => memberCount(item) > 1)) || value.some(mustBreak);
}

function holdsObject(value: Data): boolean {
  if (isLeaf(value)) return false;
  return isList(value) ? value.length > 1 && value.some(holdsObject) : members(value).length > 0;
}

function memberCount(value: Data): number {
  if (isLeaf(value)) return 0;
  return isList(value) ? value.length : members(value).length;
}

type Leaf = null | boolean | number | string | Code;

function isLeaf(value: Data): value is Leaf {
  return value === null || typeof value !== "object";
}

function isList(value: Data): value is readonly Data[] {
  return Array.isArray(value);
}

function members(value: { readonly [key: string]: Data | undefined }): readonly (readonly [string, Data])[] {
  return Object.entries(value).flatMap(([name, member]) => (member === undefined ? [] : [[name, member] as const]));
}
