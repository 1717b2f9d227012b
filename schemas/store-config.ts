import { Type } from "typebox";
import { closed } from "./closed.ts";
import { defaults } from "./defaults.ts";
import { integer } from "./fields.ts";

export const Store = closed(
  {
    path: Type.Optional(
      Type.String({
        minLength: 1,
        default: defaults.store.path,
        description:
          "The SQLite file, relative to the folder the gateway runs in; `:memory:` keeps them until the process ends, `off` not at all.",
        "x-env": "AROUTER_STORE",
      }),
    ),
    retention_days: Type.Optional(
      integer(0, 36_500, {
        default: defaults.store.retentionDays,
        description: "Days after which they are deleted; 0: never.",
      }),
    ),
    max_traces: Type.Optional(
      integer(0, 1_000_000_000, {
        default: defaults.store.maxTraces,
        description: "How many are kept, the latest; 0 is no limit. A million take some 500 MB.",
      }),
    ),
  },
  "Where every request is noted, with its attempts, tokens and cost. Never what was asked or answered.",
);
