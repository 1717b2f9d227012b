import type { Rule } from "../check.ts";
import { diagnostic } from "../diagnostics.ts";
import { spanAt } from "../node.ts";

/** Two entries of `[[models]]` that ask the same provider for the same thing: which one's weight and price would count? */
export const uniqueOffers: Rule = ({ config }) => {
  const first = new Map<string, number>();
  return (config.value.models ?? []).flatMap(({ name, provider, upstream_model }, index) => {
    const offer = JSON.stringify([name, provider, upstream_model ?? name]);
    const earlier = first.get(offer);
    if (earlier === undefined) {
      first.set(offer, index);
      return [];
    }
    const related = [{ message: "The first one is here.", span: spanAt(config.root, ["models", earlier]) }];
    const message = `The model ${JSON.stringify(name)} of provider ${JSON.stringify(provider)} is listed twice.`;
    const hint = "Remove one, or give it another upstream_model.";
    return [diagnostic("AR213", spanAt(config.root, ["models", index]), message, { hint, related })];
  });
};
