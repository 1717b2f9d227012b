import type { Rule } from "../check.ts";
import { diagnostic } from "../diagnostics.ts";
import { keySpanAt } from "../node.ts";

/** A keyword can be part of a model name. Digits alone would lose their place in the file: JavaScript sorts such keys first. */
export const tierKeywords: Rule = ({ config }) =>
  Object.keys(config.value.tiers ?? {})
    .filter((keyword) => !/^[\x21-\x2b\x2d-\x7e]{1,64}$/.test(keyword) || /^[0-9]+$/.test(keyword))
    .map((keyword) => {
      const message = "A tier keyword is 1 to 64 printable ASCII characters, no spaces, no commas and not only digits.";
      return diagnostic("AR216", keySpanAt(config.root, ["tiers", keyword]), message);
    });
