import { Type } from "typebox";
import { closed } from "./closed.ts";
import { defaults } from "./defaults.ts";
import { integer } from "./fields.ts";

const keyIds = (of: readonly string[], description: string) =>
  Type.Optional(Type.Array(Type.String({ minLength: 1 }), { default: of, description }));

export const Log = closed(
  {
    file: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          "A file that every request to a provider and its answer are appended to as JSON lines; none unless given, and `--log-file` comes before it.",
        "x-env": "AROUTER_LOG_FILE",
      }),
    ),
    max_mib: Type.Optional(
      integer(0, 1_000_000, {
        default: defaults.log.maxMib,
        description: "About how large that file gets before `FILE.1` is made of it, in MiB; 0: it grows for ever.",
      }),
    ),
    keep: Type.Optional(
      integer(0, 1000, { default: defaults.log.keep, description: "How many of those before it are kept." }),
    ),
    bodies_of: keyIds(
      defaults.log.bodiesOf,
      'Whose requests are in it with their bodies: ids of clients\' keys, as traces name them; `"*"` is everybody.',
    ),
    no_bodies_of: keyIds(defaults.log.noBodiesOf, "Whose are not, whatever `bodies_of` says."),
  },
  "The log of what providers are sent and answer, prompts included: nothing is logged unless a file is named.",
);
