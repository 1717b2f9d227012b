import type { Rule } from "../check.ts";
import { diagnostic } from "../diagnostics.ts";
import { keySpanAt } from "../node.ts";
import { providerType } from "../resolve.ts";
import { suggest } from "../suggest.ts";

/** Which API an upstream speaks is never guessed. */
export const providerTypes: Rule = ({ config }) =>
  Object.entries(config.value.providers ?? {})
    .filter(([name, { type }]) => providerType(name, type) === undefined)
    .map(([name]) => {
      const message = `The name of provider ${JSON.stringify(name)} does not tell which API it speaks.`;
      const misspelt = suggest(name, ["openai", "anthropic"]);
      return diagnostic("AR208", keySpanAt(config.root, ["providers", name]), message, {
        hint: misspelt ?? 'Add type = "openai" or type = "anthropic".',
      });
    });
