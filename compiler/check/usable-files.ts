import type { Rule } from "../check.ts";
import { diagnostic } from "../diagnostics.ts";
import { reasons } from "../load.ts";

/** Every file that is named can be read. */
export const usableFiles: Rule = (_ast, { unusable }) =>
  unusable.map(({ name, span, reason }) =>
    diagnostic("AR002", span, `The file ${JSON.stringify(name)} ${reasons[reason]}.`, {
      hint: reason === "missing" ? "Names are relative to the folder of the file that holds them." : undefined,
    }),
  );
