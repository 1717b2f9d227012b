import type { Rule } from "../check.ts";
import { diagnostic } from "../diagnostics.ts";
import { spanAt } from "../node.ts";
import { resolverOf } from "../resolve.ts";
import { writtenModels } from "./written-models.ts";

/** A model name is sent in `x-arouter-model-served` and in comma-separated lists. */
export const modelNames: Rule = (ast) => {
  const { config } = ast;
  const listed = Object.entries(config.value.providers ?? {}).flatMap(([id, { models = [] }]) =>
    models.map((name, index) => ({ name, span: spanAt(config.root, ["providers", id, "models", index]) })),
  );
  const { providerIds } = resolverOf(config.value);
  return [...listed, ...writtenModels(ast)].flatMap(({ name, span }) => {
    if (name.length > 256) return [diagnostic("AR210", span, "A model name is at most 256 characters long.")];
    if (!/^[\x21-\x2b\x2d-\x7e]+$/.test(name)) {
      return [
        diagnostic("AR210", span, "A model name holds printable ASCII characters only, no spaces and no commas."),
      ];
    }
    const isBareProvider = name.endsWith("/") && providerIds.includes(name.slice(0, -1));
    return isBareProvider ? [diagnostic("AR210", span, "The model is missing after the provider.")] : [];
  });
};
