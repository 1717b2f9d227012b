import type { EditIR } from "./body-edits.ts";
import { literal, propertyName, stringLiteral } from "./emit-code.ts";
import { generatedMark, header } from "./emit-header.ts";
import { moduleText } from "./emit-module.ts";
import type { AdaptationIR, RouterIR } from "./ir.ts";

type File = Readonly<{ path: string; text: string }>;

/** Whether any provider changes its requests or answers by code. */
export function needsAdaptations(ir: RouterIR): boolean {
  return ir.providers.some(({ adaptation }) => adaptation !== undefined);
}

/** `adaptations.gen.ts`, one entry for each provider that needs one, and a copy of every transform; nothing when none does. */
export function emitAdaptations(ir: RouterIR): readonly File[] {
  if (!needsAdaptations(ir)) return [];
  const adapted = ir.providers.flatMap(({ id, adaptation }) => (adaptation === undefined ? [] : [{ id, adaptation }]));
  const transforms = adapted.flatMap(({ id, adaptation: { transform } }) =>
    transform === undefined ? [] : [{ id, ...transform }],
  );
  const imports = transforms.map(({ id }) => `import * as ${moduleName(id)} from "./${transformFile(id)}";`);
  const entries = adapted.map(({ id, adaptation }) => `  ${propertyName(id)}: {\n${entry(id, adaptation)}\n  },`);
  const text = moduleText("adaptations.gen.ts", header(ir), [
    ['import type { Adaptations } from "arouter/runtime";', ...imports].join("\n"),
    `export const adaptations = {\n${entries.join("\n")}\n} as const satisfies Adaptations;`,
  ]);
  const copies = transforms.map(({ id, text }) => ({ path: transformFile(id), text: `${copyHead(ir)}\n\n${text}` }));
  return [{ path: "adaptations.gen.ts", text }, ...copies];
}

/** It was checked where it was written, and by milder rules than generated code. */
function copyHead(ir: RouterIR): string {
  return header(ir).replace(generatedMark, `${generatedMark}\n// @ts-nocheck`);
}

function transformFile(id: string): string {
  return `transform-${id}.gen.ts`;
}

function moduleName(id: string): string {
  return `transform_${id.replaceAll("-", "_")}`;
}

function entry(id: string, { body, transform }: AdaptationIR): string {
  const formats = Object.entries(body).map(
    ([format, edits]) => `      ${propertyName(format)}: (body) => {\n${statements(edits)}\n      },`,
  );
  return [
    ...(formats.length === 0 ? [] : [`    body: {\n${formats.join("\n")}\n    },`]),
    ...(transform === undefined ? [] : [`    transform: ${moduleName(id)},`]),
  ].join("\n");
}

function statements(edits: readonly EditIR[]): string {
  return edits.map((edit) => `        ${statement(edit)}`).join("\n");
}

const indent = 8;

function statement(edit: EditIR): string {
  switch (edit.kind) {
    case "rename":
      return `body.rename(${stringLiteral(edit.member)}, ${stringLiteral(edit.to)});`;
    case "set":
    case "fallback": {
      const start = `body.${edit.kind}(${stringLiteral(edit.member)}, `;
      return `${start}${literal(edit.value, { indent, column: indent + start.length, after: 2 })});`;
    }
    case "strip":
      return `body.strip(${stringLiteral(edit.pointer)});`;
    case "strip-everywhere":
      return `body.stripEverywhere(${stringLiteral(edit.member)});`;
    case "thinking":
      return `body.thinking(${stringLiteral(edit.treatment)});`;
  }
}
