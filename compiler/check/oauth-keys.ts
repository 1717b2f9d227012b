import type { Rule } from "../check.ts";
import { diagnostic } from "../diagnostics.ts";
import { keySpanAt } from "../node.ts";

/** Where requests carry a token there is no place for another key. */
export const oauthKeys: Rule = ({ config }) =>
  Object.entries(config.value.providers ?? {}).flatMap(([name, provider]) => {
    if (provider.oauth === undefined) return [];
    const others = (["api_key", "keys", "auth", "auth_header"] as const).filter((key) => provider[key] !== undefined);
    return others.map((key) => {
      const message = `${JSON.stringify(key)} has no effect beside \`oauth\`, whose token is what is sent.`;
      return diagnostic("AR217", keySpanAt(config.root, ["providers", name, key]), message, {
        hint: "Remove one of the two.",
      });
    });
  });
