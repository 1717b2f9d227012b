import { Ajv2020 } from "ajv/dist/2020.js";
import standaloneCode from "ajv/dist/standalone/index.js";
import { ajvOptions } from "./ajv-options.ts";
import { propertyName } from "./emit-code.ts";
import { header } from "./emit-header.ts";
import { moduleText } from "./emit-module.ts";
import type { RouterIR, SchemaIR } from "./ir.ts";

/** `validators.gen.js`: one standalone Ajv function for each schema file, free of imports. */
export function emitValidators(ir: RouterIR): string {
  const bodies = ir.schemas.map((schema) => ({ name: schema.name, code: standalone(schema) }));
  const helpers = Object.values(ajvHelpers).filter(({ name }) => bodies.some(({ code }) => code.includes(` ${name};`)));
  const entries = bodies.map(({ name, code }) => `  ${propertyName(name)}: (() => {\n${code}\n  })(),`);
  const table = entries.length === 0 ? "{}" : `{\n${entries.join("\n")}\n}`;
  const parts = [...helpers.map(({ source }) => source), `export const validators = ${table};`];
  return `${header(ir)}\n// biome-ignore-all format: written by Ajv\n\n${parts.join("\n\n")}\n`;
}

/** `validators.gen.d.ts`: their types. */
export function emitValidatorTypes(ir: RouterIR): string {
  const members = ir.schemas.map(({ name }) => `  readonly ${propertyName(name)}: Validator;\n`);
  const type = members.length === 0 ? "Readonly<Record<never, never>>" : `{\n${members.join("")}}`;
  return moduleText("validators.gen.d.ts", header(ir), [
    ...(members.length === 0 ? [] : ['import type { Validator } from "arouter/runtime";']),
    `export declare const validators: ${type};`,
  ]);
}

/** An instance of its own for each: Ajv refuses a second schema with the same `$id`. */
function standalone(schema: SchemaIR): string {
  const ajv = new Ajv2020({ ...ajvOptions, code: { source: true, esm: true } });
  const code = standaloneCode(ajv, ajv.compile(schema.schema));
  const [head = "", name = ""] = /^"use strict";export const validate = (\w+);export default \1;/.exec(code) ?? [];
  const body = code
    .slice(head.length)
    // A comment that holds `$id`, in which `*/` would end it.
    .replace(/\/\*# sourceURL="(?:[^"\\]|\\.)*" \*\//g, "")
    // Written plainly it would set the prototype. No string holds this text, for there the quotes are escaped.
    .replaceAll('"__proto__":', '["__proto__"]:')
    .replace(/require\("ajv\/dist\/runtime\/(\w+)"\)\.default/g, (_: string, helper: string) => helperName(helper));
  if (name === "" || /\brequire\("|\/\*# sourceURL="/.test(body))
    throw new Error("Ajv writes its code in another form.");
  return `${body}\nreturn ${name};`;
}

function helperName(helper: string): string {
  const found = Object.entries(ajvHelpers).find(([name]) => name === helper);
  if (found === undefined) throw new Error(`Ajv wants a helper that is not known here: ${helper}`);
  return found[1].name;
}

/** What Ajv would import at run time, by the name of its module. */
const ajvHelpers = {
  equal: {
    name: "sameJson",
    source: `\
/** Whether two JSON values are equal; the order of members does not matter. */
function sameJson(left, right) {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every((key) => Object.hasOwn(right, key) && sameJson(left[key], right[key]));
}`,
  },
  ucs2length: {
    name: "codePoints",
    source: `\
/** Length of a string as JSON Schema counts it, in Unicode code points. */
function codePoints(text) {
  let count = 0;
  for (const _ of text) count++;
  return count;
}`,
  },
} as const;
