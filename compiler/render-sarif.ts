import { allCodes, codes } from "./codes.ts";
import { describeWitness } from "./describe-witness.ts";
import type { Diagnostic } from "./diagnostics.ts";
import type { Findings } from "./judge.ts";
import { type Places, placesOf } from "./places.ts";
import type { Span } from "./span.ts";

/**
 * Diagnostics as a SARIF 2.1.0 log (OASIS Standard, 27 March 2020), with what comments silence as suppressed results.
 * Paths are relative to `%SRCROOT%`; `folder` is the one of the configuration there, empty or with a `/` at its end.
 */
export function renderSarif(
  { diagnostics, sources, untold = 0, ignored = [] }: Findings,
  options: Readonly<{ folder: string; version: string }>,
): string {
  const places = placesOf(sources);
  const resultOf = (one: Diagnostic) => result(one, places, options.folder);
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "ARouter", version: options.version, rules: allCodes.map(rule) } },
        columnKind: "utf16CodeUnits",
        originalUriBaseIds: { [sourceRoot]: { description: { text: "The root of the repository." } } },
        results: [
          // Either every result tells its suppressions or none does (section 3.27.23).
          ...diagnostics.map((one) => ({ ...resultOf(one), suppressions: [] })),
          ...ignored.map(({ diagnostic, reason }) => ({
            ...resultOf(diagnostic),
            suppressions: [{ kind: "inSource", justification: reason }],
          })),
        ],
        ...(untold === 0 ? {} : { properties: { untold } }),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

const sourceRoot = "%SRCROOT%";

function rule(code: (typeof allCodes)[number]) {
  const { name, severity, about } = codes[code];
  return {
    id: code,
    name,
    shortDescription: { text: about },
    help: { text: about },
    defaultConfiguration: { level: severity },
  };
}

function result(
  { code, severity, message, span, hint, related = [], witness }: Diagnostic,
  places: Places,
  folder: string,
) {
  const example = witness === undefined ? [] : [`For example: ${describeWitness(witness)}`];
  const text = [message, ...example, ...(hint === undefined ? [] : [hint])].join("\n");
  return {
    ruleId: code,
    ruleIndex: allCodes.indexOf(code),
    level: severity,
    message: { text },
    locations: [location(span, places, folder)],
    relatedLocations: related.map((one, id) => ({
      id,
      ...location(one.span, places, folder),
      message: { text: one.message },
    })),
    ...(witness === undefined ? {} : { properties: { witness } }),
  };
}

function location(span: Span, places: Places, folder: string) {
  const { start, end } = places.of(span);
  const uri = `${folder}${span.file}`.split("/").map(encodeURIComponent).join("/");
  return {
    physicalLocation: {
      artifactLocation: { uri, uriBaseId: sourceRoot },
      region: { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column },
    },
  };
}
