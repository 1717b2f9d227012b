import type { Rule } from "../check.ts";
import { diagnostic } from "../diagnostics.ts";
import { spanAt } from "../node.ts";
import { isSchemaFile, requestSchema } from "../schema-names.ts";
import { suggest } from "../suggest.ts";

/** An unknown validator is skipped, so that a policy for a later version still loads. */
export const knownValidators: Rule = ({ policies }) => {
  if (policies === undefined) return [];
  return policies.value.rules.flatMap(({ then }, index) =>
    (then.validate ?? []).flatMap((name, position) => {
      if (name === requestSchema || isSchemaFile(name)) return [];
      const span = spanAt(policies.root, ["rules", index, "then", "validate", position]);
      const hint =
        suggest(name, [requestSchema]) ?? 'Write "json_schema", or the name of a schema file that ends in .json.';
      return [
        diagnostic("AR305", span, `The validator ${JSON.stringify(name)} does not exist and is skipped.`, { hint }),
      ];
    }),
  );
};
