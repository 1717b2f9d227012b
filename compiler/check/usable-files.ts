import type { Rule } from "../check.ts";
import { diagnostic } from "../diagnostics.ts";
import { reasons } from "../load.ts";

/** Every file that is named can be read. */
export const usableFiles: Rule = (_ast, { unusable }) =>
  unusable.map(({ name, span, reason, meant }) =>
    diagnostic("AR002", span, `The file ${JSON.stringify(name)} ${reasons[reason]}.`, {
      hint: reason === "missing" ? hintOf(meant) : undefined,
    }),
  );

function hintOf(meant: string | undefined): string {
  if (meant !== undefined) return `Did you mean ${JSON.stringify(meant)}?`;
  return "Names are relative to the folder of the file that holds them.";
}
