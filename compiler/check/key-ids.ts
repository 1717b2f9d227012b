import type { Rule } from "../check.ts";
import { diagnostic } from "../diagnostics.ts";
import { defaultKeyId, keyId } from "../lower-provider.ts";
import { spanAt } from "../node.ts";

/** The id of a key tells it from the provider's others in health, traces and logs. */
export const keyIds: Rule = ({ config }) =>
  Object.entries(config.value.providers ?? {}).flatMap(([name, { api_key, keys = [] }]) => {
    const seen = new Set(api_key === undefined ? [] : [defaultKeyId]);
    return keys.flatMap((key, index) => {
      const id = keyId(key.id, index);
      const span = spanAt(config.root, ["providers", name, "keys", index, ...(key.id === undefined ? [] : ["id"])]);
      if (!/^[\x21-\x2b\x2d-\x7e]{1,64}$/.test(id)) {
        return [diagnostic("AR215", span, "A key id is 1 to 64 printable ASCII characters, no spaces and no commas.")];
      }
      if (seen.has(id)) {
        const message = `Two keys of provider ${JSON.stringify(name)} have the id ${JSON.stringify(id)}.`;
        return [diagnostic("AR215", span, message, { hint: "Give each its own id." })];
      }
      seen.add(id);
      return [];
    });
  });
