/** Data with something that TOML has no word for. */
export class NotTomlError extends Error {}

/** Plain data as TOML 1.0: simple values first, then a header for every table. An error where there is a null. */
export function tomlText(value: Table): string | NotTomlError {
  try {
    return tableText(value, []).replace(/^\n/, "");
  } catch (thrown) {
    if (thrown instanceof NotTomlError) return thrown;
    throw thrown;
  }
}

type Table = Readonly<Record<string, unknown>>;

function tableText(table: Table, path: readonly string[]): string {
  const entries = Object.entries(table);
  const simple = entries.filter(([, value]) => !isTable(value) && !isTableList(value));
  const lines = simple.map(([key, value]) => `${keyText(key)} = ${valueText(value)}\n`);
  const tables = entries.map(([key, value]) => {
    const inner = [...path, key];
    const name = inner.map(keyText).join(".");
    if (isTable(value)) return header(`[${name}]`, value, inner);
    return isTableList(value) ? value.map((item) => header(`[[${name}]]`, item, inner)).join("") : "";
  });
  return lines.join("") + tables.join("");
}

function header(written: string, table: Table, path: readonly string[]): string {
  return `\n${written}\n${tableText(table, path)}`;
}

function keyText(key: string): string {
  return /^[\w-]+$/.test(key) ? key : stringText(key);
}

function valueText(value: unknown): string {
  if (typeof value === "string") return stringText(value);
  if (typeof value === "number") return numberText(value);
  if (typeof value === "boolean" || typeof value === "bigint") return String(value);
  if (Array.isArray(value)) return `[${value.map(valueText).join(", ")}]`;
  if (isTable(value)) {
    const members = Object.entries(value).map(([key, member]) => `${keyText(key)} = ${valueText(member)}`);
    return `{ ${members.join(", ")} }`;
  }
  throw new NotTomlError(`TOML has no ${value === null ? "null" : typeof value}`);
}

function numberText(value: number): string {
  if (Object.is(value, -0)) return "-0.0";
  return String(value).replace("Infinity", "inf");
}

/** JSON's escapes are TOML's, which wants DEL escaped as well (TOML 1.0, "String"). */
function stringText(text: string): string {
  return JSON.stringify(text).replaceAll("\u007f", "\\u007f");
}

function isTable(value: unknown): value is Table {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isTableList(value: unknown): value is readonly Table[] {
  return Array.isArray(value) && value.length > 0 && value.every(isTable);
}
