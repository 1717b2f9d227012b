import type { FirstMatch } from "../analysis/first-matches.ts";
import { within } from "../analysis/region.ts";
import { type Space, witnessIn } from "../analysis/space.ts";
import { type Diagnostic, diagnostic } from "../diagnostics.ts";

/** More would not be read. */
const maxTold = 1000;

/** AR311: requests for which two rules hold, of which the earlier one gets them. Told on request only: most are meant. */
export function overlappingRules(space: Space, matches: readonly FirstMatch[]): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const [index, { rule, gets = [] }] of matches.entries()) {
    for (const later of matches.slice(index + 1)) {
      if (space.open.has(later.rule)) continue;
      const both = within(gets, later.box);
      if (both.length === 0) continue;
      if (found.length === maxTold) return found;
      const [earlierName, laterName] = [rule.name, later.rule.name].map((name) => JSON.stringify(name));
      found.push(
        diagnostic(
          "AR311",
          later.rule.span,
          `Rules ${earlierName} and ${laterName} overlap: ${earlierName} comes first and decides.`,
          {
            related: [{ message: `Rule ${earlierName}.`, span: rule.span }],
            witness: witnessIn(space, both),
          },
        ),
      );
    }
  }
  return found;
}
