import type { Ast } from "../ast.ts";
import type { Rule } from "../check.ts";
import { diagnostic } from "../diagnostics.ts";
import { type Path, spanAt } from "../node.ts";
import { resolverOf } from "../resolve.ts";
import { type WrittenModel, writtenModels } from "./written-models.ts";

/** A model name is sent in `x-arouter-model-served` and in comma-separated lists. */
export const modelNames: Rule = (ast) => {
  const { config } = ast;
  const { providerIds } = resolverOf(config.value);
  return [...listedModels(config), ...writtenModels(ast)].flatMap(({ name, span }) => {
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

/** Every model that the configuration names, for clients or for a provider. */
function listedModels({ value, root }: Ast["config"]): readonly WrittenModel[] {
  const { providers = {}, models = [], tiers = {} } = value;
  const at = (name: string, ...path: Path) => ({ name, span: spanAt(root, path) });
  return [
    ...Object.entries(providers).flatMap(([id, { models: listed = [] }]) =>
      listed.map((name, index) => at(name, "providers", id, "models", index)),
    ),
    ...models.flatMap(({ name, upstream_model = name }, index) => [
      at(name, "models", index, "name"),
      at(upstream_model, "models", index, upstream_model === name ? "name" : "upstream_model"),
    ]),
    ...Object.entries(tiers).map(([keyword, { model }]) => at(model, "tiers", keyword, "model")),
  ];
}
