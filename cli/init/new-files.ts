import type { DialectName } from "../../schemas/dialect-names.ts";
import type { Goal } from "./goals.ts";
import { startersOf } from "./starter.ts";
import { type Ci, starterCi } from "./starter-ci.ts";
import { starterConfig } from "./starter-config.ts";
import { starterPolicies } from "./starter-policies.ts";
import { starterTests } from "./starter-tests.ts";

/** What was asked for; `providers` has at least one. */
export type Wishes = Readonly<{ providers: readonly DialectName[]; goal: Goal; ci: Ci }>;

/** Every file of a new gateway, by its path in the folder. `schemas` is the path of the folder with the JSON Schemas. */
export function newFiles({ providers, goal, ci }: Wishes, schemas: string): Readonly<Record<string, string>> {
  const starters = startersOf(providers);
  const workflow = starterCi(ci);
  return {
    "arouter.toml": starterConfig(starters, `${schemas}/arouter.schema.json`),
    "policies.yaml": starterPolicies(starters, goal, `${schemas}/policies.schema.json`),
    "policies.test.yaml": starterTests(starters, goal, `${schemas}/policy-test.schema.json`),
    ...(workflow === undefined ? {} : { [workflow.file]: workflow.text }),
  };
}
