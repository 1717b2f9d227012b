import type { Rule } from "../check.ts";
import { diagnostic } from "../diagnostics.ts";
import { keySpanAt } from "../node.ts";
import { keyVariable } from "../secret.ts";

/** A provider's name is part of model names, response headers and its key's variable, which no other may share. */
export const providerNames: Rule = ({ config }) => {
  const owners = new Map<string, string>();
  return Object.keys(config.value.providers ?? {}).flatMap((name) => {
    const span = keySpanAt(config.root, ["providers", name]);
    if (!/^[A-Za-z0-9_-]{1,64}$/.test(name)) {
      return [diagnostic("AR209", span, "A provider name is 1 to 64 letters, digits, hyphens and underscores.")];
    }
    const variable = keyVariable(name);
    const owner = owners.get(variable);
    if (owner === undefined) {
      owners.set(variable, name);
      return [];
    }
    const related = [{ message: "The other one is here.", span: keySpanAt(config.root, ["providers", owner]) }];
    const message = `The providers ${JSON.stringify(owner)} and ${JSON.stringify(name)} would share the variable ${variable}.`;
    return [diagnostic("AR209", span, message, { hint: "Rename one of the two.", related })];
  });
};
