import type { Rule } from "../check.ts";
import { diagnostic } from "../diagnostics.ts";
import { resolveModel, resolverOf } from "../resolve.ts";
import { writtenModels } from "./written-models.ts";

/** Every model that a rule names has a provider. */
export const routableModels: Rule = (ast) => {
  const resolver = resolverOf(ast.config.value);
  return writtenModels(ast)
    .filter(({ name }) => resolveModel(resolver, name) === undefined)
    .map(({ name, span }) => {
      const [first = "openai"] = resolver.providerIds;
      const hint = `Write "${first}/${name}", or set [router] default_provider.`;
      return diagnostic("AR204", span, `No provider serves the model ${JSON.stringify(name)}.`, { hint });
    });
};
