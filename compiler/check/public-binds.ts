import type { Config } from "../../schemas/config.ts";
import type { Rule } from "../check.ts";
import { diagnostic } from "../diagnostics.ts";
import { isLoopback, listenAddress } from "../listen.ts";
import { spanAt } from "../node.ts";
import { writtenAddresses } from "./written-addresses.ts";

/** An address that others reach asks its callers for a key. */
export const publicBinds: Rule = ({ config }) => {
  if (!isOpen(config.value)) return [];
  return writtenAddresses(config.value).flatMap(({ written, path }) => {
    const address = listenAddress(written, true);
    if (address.kind === "wrong" || isLoopback(address.host)) return [];
    const message = `Everyone who reaches ${written} can use your provider keys.`;
    const hint = "Set [auth] keys, or listen on 127.0.0.1.";
    return [diagnostic("AR306", spanAt(config.root, path), message, { hint })];
  });
};

/** `nonempty` is no protection either: any key will do. */
function isOpen({ auth = {} }: Config): boolean {
  return auth.mode === "open" || auth.mode === "nonempty" || (auth.mode !== "keys" && (auth.keys ?? []).length === 0);
}
