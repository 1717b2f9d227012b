import type { Rule } from "../check.ts";
import { coversGlob } from "../covers-glob.ts";
import { type Diagnostic, diagnostic } from "../diagnostics.ts";
import { listOf } from "../list-of.ts";
import { keySpanAt, spanAt } from "../node.ts";
import { tierGlob } from "../tier-glob.ts";

/** Aliases and keywords that never decide, because something before them takes every name they match. */
export const shadowedNames: Rule = (ast) => [...shadowedAliases(ast), ...shadowedKeywords(ast)];

/** An alias without a wildcard is one name; a model of that very name is asked first. */
function shadowedAliases({ config }: Parameters<Rule>[0]): readonly Diagnostic[] {
  const { models = [] } = config.value;
  const names = new Set(models.map(({ name }) => name));
  return models.flatMap(({ alias = [] }, index) =>
    listOf(alias).flatMap((glob, position) => {
      if (/[*?]/.test(glob) || !names.has(glob)) return [];
      const path = ["models", index, "alias", ...(typeof alias === "string" ? [] : [position])];
      const message = `The alias ${JSON.stringify(glob)} is never used: a model of that name is listed, and names come first.`;
      const hint = `To add this upstream to that model, write name = ${JSON.stringify(glob)} and upstream_model.`;
      return [diagnostic("AR309", spanAt(config.root, path), message, { hint })];
    }),
  );
}

function shadowedKeywords({ config }: Parameters<Rule>[0]): readonly Diagnostic[] {
  const keywords = Object.keys(config.value.tiers ?? {});
  const globOf = (keyword: string) => tierGlob(keyword, config.value);
  return keywords.flatMap((keyword, index) => {
    const earlier = keywords.slice(0, index).find((one) => coversGlob(globOf(one), globOf(keyword)));
    if (earlier === undefined) return [];
    const message = `Every name that ${JSON.stringify(keyword)} matches is served by ${JSON.stringify(earlier)}, which comes first.`;
    const hint = `Move ${JSON.stringify(keyword)} before it.`;
    return [diagnostic("AR309", keySpanAt(config.root, ["tiers", keyword]), message, { hint })];
  });
}
