import type { Rule } from "../check.ts";
import { diagnostic } from "../diagnostics.ts";
import { spanAt } from "../node.ts";
import { providersOf } from "../resolve.ts";
import { suggest } from "../suggest.ts";

/** `router.default_provider` names a provider. */
export const defaultProvider: Rule = ({ config }) => {
  const name = config.value.router?.default_provider;
  const known = Object.keys(providersOf(config.value));
  if (name === undefined || known.includes(name)) return [];
  const span = spanAt(config.root, ["router", "default_provider"]);
  const hint = suggest(name, known) ?? `Providers are ${known.join(", ")}.`;
  return [diagnostic("AR203", span, `No provider is named ${JSON.stringify(name)}.`, { hint })];
};
