import { join, relative, sep } from "node:path";
import type { DialectName } from "../../schemas/dialect-names.ts";
import type { Goal } from "./goals.ts";
import { startersOf } from "./starter.ts";
import { type Ci, starterCi } from "./starter-ci.ts";
import { starterConfig } from "./starter-config.ts";
import { starterPolicies } from "./starter-policies.ts";
import { starterTests } from "./starter-tests.ts";

/** What was asked for; `providers` has at least one. */
export type Wishes = Readonly<{ providers: readonly DialectName[]; goal: Goal; ci: Ci }>;

/** Where files go, as paths: `root` is the repository's, `schemas` leads from the folder to the JSON Schemas. */
export type Places = Readonly<{ folder: string; root: string; schemas: string }>;

/** Every file of a new gateway, by its path. */
export function newFiles(
  { providers, goal, ci }: Wishes,
  { folder, root, schemas }: Places,
): Readonly<Record<string, string>> {
  const starters = startersOf(providers);
  const config = join(folder, "arouter.toml");
  const workflow = starterCi(ci, relative(root, config).split(sep).join("/"));
  return {
    [config]: starterConfig(starters, `${schemas}/arouter.schema.json`),
    [join(folder, "policies.yaml")]: starterPolicies(starters, goal, `${schemas}/policies.schema.json`),
    [join(folder, "policies.test.yaml")]: starterTests(starters, goal, `${schemas}/policy-test.schema.json`),
    ...(workflow === undefined ? {} : { [join(root, workflow.file)]: workflow.text }),
  };
}
