import type { Rule } from "../check.ts";
import { diagnostic } from "../diagnostics.ts";
import { type Path, spanAt } from "../node.ts";
import { providersOf } from "../resolve.ts";
import { suggest } from "../suggest.ts";

/** Who serves models, tiers and what is left over is a provider. */
export const knownProviders: Rule = ({ config }) => {
  const { router, models = [], tiers = {} } = config.value;
  const known = Object.keys(providersOf(config.value));
  const named: readonly Readonly<{ name: string | undefined; path: Path }>[] = [
    { name: router?.default_provider, path: ["router", "default_provider"] },
    ...models.map(({ provider }, index) => ({ name: provider, path: ["models", index, "provider"] })),
    ...Object.entries(tiers).map(([keyword, { provider }]) => ({
      name: provider,
      path: ["tiers", keyword, "provider"],
    })),
  ];
  return named.flatMap(({ name, path }) => {
    if (name === undefined || known.includes(name)) return [];
    const hint = suggest(name, known) ?? `Providers are ${known.join(", ")}.`;
    return [diagnostic("AR203", spanAt(config.root, path), `No provider is named ${JSON.stringify(name)}.`, { hint })];
  });
};
