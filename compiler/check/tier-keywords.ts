import type { Rule } from "../check.ts";
import { diagnostic } from "../diagnostics.ts";
import { keySpanAt } from "../node.ts";

/**
 * A keyword can be part of a model name, and is no glob unless keywords are globs. Digits alone would lose their place in the
 * file: JavaScript sorts such keys first.
 */
export const tierKeywords: Rule = ({ config }) => {
  const { tiers = {}, routing } = config.value;
  return Object.keys(tiers).flatMap((keyword) => {
    const place = keySpanAt(config.root, ["tiers", keyword]);
    if (!/^[\x21-\x2b\x2d-\x7e]{1,64}$/.test(keyword) || /^[0-9]+$/.test(keyword)) {
      const message = "A tier keyword is 1 to 64 printable ASCII characters, no spaces, no commas and not only digits.";
      return [diagnostic("AR216", place, message)];
    }
    if (!/[*?]/.test(keyword) || routing?.tier_match === "glob") return [];
    const hint = 'For globs write tier_match = "glob" in [routing], and * around the other keywords.';
    return [diagnostic("AR216", place, "A tier keyword has no * and no ?: it is text to look for.", { hint })];
  });
};
