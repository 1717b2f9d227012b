import type { Rule } from "../check.ts";
import { diagnostic } from "../diagnostics.ts";
import { spanAt } from "../node.ts";

/** `auth.mode = "keys"` without keys would refuse everyone. */
export const authKeys: Rule = ({ config }) => {
  const { mode, keys = [] } = config.value.auth ?? {};
  if (mode !== "keys" || keys.length > 0) return [];
  const hint = 'Add keys = ["env.ROUTER_KEY"] under [auth].';
  return [
    diagnostic("AR212", spanAt(config.root, ["auth", "mode"]), 'The mode "keys" needs at least one key.', { hint }),
  ];
};
