import type { Options } from "ajv/dist/2020.js";

/** One set of options, so that a schema which passes the check compiles to the validator that was checked. */
export const ajvOptions: Options = {
  strict: true,
  // Usual schemas leave `type` out beside `enum`, or list `required` names that only another branch declares.
  strictTypes: false,
  strictTuples: false,
  strictRequired: false,
  // An annotation in draft 2020-12 unless asked for.
  validateFormats: false,
  // Ajv would print whole generated functions.
  logger: false,
};
