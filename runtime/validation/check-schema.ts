import { Ajv, type Options, type ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { LRUCache } from "lru-cache";
import { jsonTooDeepAt } from "../request/json-depth.ts";

/** Both are JSON texts. */
export type SchemaJob = Readonly<{ schema: string; value: string }>;

export type SchemaOutcome = Readonly<
  | { kind: "valid" }
  /** The first error, such as `/items/0/price must be number`. */
  | { kind: "mismatch"; message: string }
  | { kind: "bad-schema"; message: string }
  /** Neither valid nor invalid: the regex engine stopped looking. */
  | { kind: "gave-up"; message: string }
>;

type Compiled = Readonly<{ kind: "compiled"; validate: ValidateFunction } | { kind: "bad-schema"; message: string }>;

/**
 * Checks values against JSON Schemas that anyone may have written: meant for a worker that can be ended. Draft-07 and
 * older by `$schema`, else 2020-12. Compiled schemas are kept by their text. Never throws.
 *
 * Every schema gets an Ajv of its own, so that an `$id` it claims is seen by no other schema.
 */
export function createSchemaCheck(): (job: SchemaJob) => SchemaOutcome {
  const compiled = new LRUCache<string, Compiled>({
    max: 200,
    maxSize: 4 * 1024 * 1024,
    sizeCalculation: (_, schema) => schema.length,
  });
  return ({ schema, value }) => {
    const known = compiled.get(schema) ?? compile(schema);
    compiled.set(schema, known);
    return known.kind === "bad-schema" ? known : run(known.validate, JSON.parse(value));
  };
}

function run(validate: ValidateFunction, value: unknown): SchemaOutcome {
  try {
    const valid: unknown = validate(value);
    if (valid === true) return { kind: "valid" };
    // An `$async` schema answers with a promise, which is not an answer.
    if (valid !== false) return { kind: "bad-schema", message: "asynchronous schemas are not supported" };
    const error = validate.errors?.[0];
    return { kind: "mismatch", message: `${error?.instancePath || "/"} ${error?.message ?? "is not valid"}` };
  } catch (thrown) {
    if (thrown instanceof RegexGaveUp) return { kind: "gave-up", message: thrown.message };
    // RangeError: a `$ref` that comes back to itself without going deeper into the value.
    return { kind: "bad-schema", message: reason(thrown) };
  }
}

const options: Options = {
  // Ajv otherwise prints whole generated functions, which hold the client's schema.
  logger: false,
  strict: false,
  // 2020-12 makes `format` an annotation; and no format can then be unknown.
  validateFormats: false,
  // Checked by `metaschemas`, which are compiled once and not per schema.
  validateSchema: false,
  meta: false,
};

const metaschemas = {
  "2020-12": new Ajv2020({ ...options, meta: true }),
  "draft-07": new Ajv({ ...options, meta: true }),
};

function compile(text: string): Compiled {
  try {
    const tooLarge = limitExceeded(text);
    if (tooLarge !== undefined) return { kind: "bad-schema", message: tooLarge };
    const { $schema, ...schema }: Record<string, unknown> = JSON.parse(text);
    const draft = /draft-0[4-7]/.test(String($schema)) ? "draft-07" : "2020-12";
    const metaschema = metaschemas[draft];
    if (metaschema.validateSchema(schema) !== true) {
      return { kind: "bad-schema", message: metaschema.errorsText(metaschema.errors, { dataVar: "schema" }) };
    }
    const own = { ...options, code: { regExp } };
    const ajv = draft === "draft-07" ? new Ajv(own) : new Ajv2020(own);
    return { kind: "compiled", validate: ajv.compile(schema) };
  } catch (thrown) {
    return { kind: "bad-schema", message: reason(thrown) };
  }
}

/** Beyond these Ajv's compiler needs seconds and a gigabyte, or all of the stack; vendors' own limits are of this order. */
const limits = { levels: 64, properties: 1000, enumValues: 500 } as const;

function limitExceeded(text: string): string | undefined {
  if (jsonTooDeepAt(text, limits.levels) !== undefined) return `nested deeper than ${limits.levels} levels of JSON`;
  let properties = 0;
  let enumValues = 0;
  const pending: unknown[] = [JSON.parse(text)];
  while (pending.length > 0) {
    const node = pending.pop();
    if (typeof node !== "object" || node === null) continue;
    for (const [key, child] of Object.entries(node)) {
      if (key === "properties" && typeof child === "object" && child !== null) properties += Object.keys(child).length;
      if (key === "enum" && Array.isArray(child)) enumValues += child.length;
      pending.push(child);
    }
  }
  if (properties > limits.properties) return `more than ${limits.properties} properties`;
  return enumValues > limits.enumValues ? `more than ${limits.enumValues} enum values` : undefined;
}

class RegexGaveUp extends Error {}

/**
 * JavaScriptCore stops a match after 100 million steps and answers `false`, whatever the truth is. No machine does
 * that many steps faster than this, so a slow `false` is no answer. Node and Deno go on until the worker is ended.
 */
const slowestHonestMatchMs = 50;

function testHonestly(expression: RegExp, text: string): boolean {
  const startMs = performance.now();
  if (expression.test(text)) return true;
  if (performance.now() - startMs < slowestHonestMatchMs) return false;
  throw new RegexGaveUp("a pattern takes too long to match");
}

/** Ajv's regex factory. Patterns that only break the rules of the `u` flag, such as `[\w\-]`, are taken without it. */
const regExp = Object.assign(
  (pattern: string, flags: string) => {
    const expression = compilePattern(pattern, flags);
    // Ajv shares compiled patterns by their toString.
    return { test: (text: string) => testHonestly(expression, text), toString: () => String(expression) };
  },
  { code: "regExp" },
);

function compilePattern(pattern: string, flags: string): RegExp {
  try {
    return new RegExp(pattern, flags);
  } catch {
    return new RegExp(pattern);
  }
}

function reason(thrown: unknown): string {
  return (thrown instanceof Error ? thrown.message : String(thrown)).slice(0, 300);
}
