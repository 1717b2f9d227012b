/** A configuration as plain data, or what is wrong with its text, as the rest of a sentence that repeats none of it. */
export type ParsedConfig =
  | Readonly<{ kind: "parsed"; value: unknown }>
  | Readonly<{ kind: "invalid"; problem: string }>;

/** Reads TOML, YAML or JSON by the extension of `file`. A parser is loaded only when it is needed: few gateways do. */
export async function parseConfig(file: string, text: string): Promise<ParsedConfig> {
  const withoutMark = text.replace(/^\ufeff/, "");
  if (file.endsWith(".toml")) return parseToml(withoutMark);
  return file.endsWith(".json") ? parseJson(withoutMark) : parseYaml(withoutMark);
}

async function parseToml(text: string): Promise<ParsedConfig> {
  const { getStaticTOMLValue, ParseError, parseTOML } = await import("toml-eslint-parser");
  try {
    return { kind: "parsed", value: getStaticTOMLValue(parseTOML(text)) };
  } catch (thrown) {
    return invalid("TOML", thrown instanceof ParseError ? thrown.lineNumber : undefined);
  }
}

async function parseYaml(text: string): Promise<ParsedConfig> {
  const { LineCounter, parseDocument } = await import("yaml");
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { version: "1.2", prettyErrors: false, lineCounter });
  const [error] = document.errors;
  if (error !== undefined) return invalid("YAML", lineCounter.linePos(error.pos[0]).line);
  try {
    // As many as the compiler lets pass.
    return { kind: "parsed", value: document.toJS({ maxAliasCount: 10_000 }) };
  } catch {
    return invalid("YAML", undefined);
  }
}

function parseJson(text: string): ParsedConfig {
  try {
    return { kind: "parsed", value: JSON.parse(text) };
  } catch {
    return invalid("JSON", undefined);
  }
}

function invalid(format: string, line: number | undefined): ParsedConfig {
  return { kind: "invalid", problem: `is not valid ${format}${line === undefined ? "" : ` at line ${line}`}` };
}
