import type { Rule } from "../check.ts";
import { diagnostic } from "../diagnostics.ts";
import { listenAddress } from "../listen.ts";
import { spanAt } from "../node.ts";
import { writtenAddresses } from "./written-addresses.ts";

/** Every listen address is `host:port` with a permitted port, and is given once. */
export const listenAddresses: Rule = ({ config }) => {
  const seen = new Set<string>();
  return writtenAddresses(config.value).flatMap(({ written, path }) => {
    const span = spanAt(config.root, path);
    const address = listenAddress(written, config.value.allow_privileged_port ?? false);
    if (address.kind === "wrong") {
      const message = `The listen address ${JSON.stringify(written)} ${address.message}.`;
      return [diagnostic("AR205", span, message, { hint: address.hint })];
    }
    if (seen.has(written))
      return [diagnostic("AR205", span, `The listen address ${JSON.stringify(written)} is given twice.`)];
    seen.add(written);
    return [];
  });
};
