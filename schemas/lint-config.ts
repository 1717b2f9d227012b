import { Type } from "typebox";
import { flag, integer } from "./fields.ts";

/** What a finding may count as. */
export const lintLevels = ["error", "warning", "note", "off"] as const;
export type LintLevel = (typeof lintLevels)[number];

/**
 * Beside the keys that are listed, any code or name of a finding. `check/lint-codes.ts` knows which there are; the pattern
 * only tells them from misspelt keys.
 */
export const Lint = Type.Object(
  {
    max_cost_usd: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1_000_000,
        description: "Report rules one of whose requests can cost more than this, in US dollars (AR331).",
      }),
    ),
    lock_max_age_days: Type.Optional(
      integer(0, 36_500, {
        description: "Report a lock that was brought up to date longer ago (AR361). Default: its age does not count.",
      }),
    ),
    warnings_as_errors: Type.Optional(flag(false, "Every warning counts as an error, as with `--strict`.")),
  },
  {
    additionalProperties: false,
    description:
      'What findings count as: `AR301 = "off"` or `unreachable-rule = "error"`. Errors below AR300 stay errors.',
    patternProperties: {
      "^(AR.*|[a-z]+(-[a-z]+)+)$": Type.Enum([...lintLevels], {
        description: "What a finding counts as, by its code or name; a `note` is shown only on request.",
      }),
    },
  },
);
