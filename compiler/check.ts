import type { Ast } from "./ast.ts";
import { authKeys } from "./check/auth-keys.ts";
import { bodyMembers } from "./check/body-members.ts";
import { executedKeys } from "./check/executed-keys.ts";
import { headerNames } from "./check/header-names.ts";
import { keyIds } from "./check/key-ids.ts";
import { knownProviders } from "./check/known-providers.ts";
import { knownValidators } from "./check/known-validators.ts";
import { lintCodes } from "./check/lint-codes.ts";
import { listenAddresses } from "./check/listen-addresses.ts";
import { literalSecrets } from "./check/literal-secrets.ts";
import { modelNames } from "./check/model-names.ts";
import { modelPrefixes } from "./check/model-prefixes.ts";
import { oauthKeys } from "./check/oauth-keys.ts";
import { prices } from "./check/prices.ts";
import { providerNames } from "./check/provider-names.ts";
import { providerTypes } from "./check/provider-types.ts";
import { publicBinds } from "./check/public-binds.ts";
import { routableModels } from "./check/routable-models.ts";
import { ruleNames } from "./check/rule-names.ts";
import { schemas } from "./check/schemas.ts";
import { secrets } from "./check/secrets.ts";
import { shadowedNames } from "./check/shadowed-names.ts";
import { tierKeywords } from "./check/tier-keywords.ts";
import { transforms } from "./check/transforms.ts";
import { uniqueOffers } from "./check/unique-offers.ts";
import { uniqueRuleNames } from "./check/unique-rule-names.ts";
import { upstreamHeaders } from "./check/upstream-headers.ts";
import { urls } from "./check/urls.ts";
import { usableFiles } from "./check/usable-files.ts";
import { type Checked, checked, type Diagnostic } from "./diagnostics.ts";
import { type Sources, sourceFiles } from "./span.ts";

/** One law about names and values. Rules see an AST of the right shape and know nothing of each other. */
export type Rule = (ast: Ast, sources: Sources) => readonly Diagnostic[];

/** Every law, in no order that matters: what they find is sorted by position. */
const rules: readonly Rule[] = [
  authKeys,
  bodyMembers,
  executedKeys,
  headerNames,
  keyIds,
  knownProviders,
  knownValidators,
  lintCodes,
  listenAddresses,
  literalSecrets,
  modelNames,
  modelPrefixes,
  oauthKeys,
  prices,
  providerNames,
  providerTypes,
  publicBinds,
  routableModels,
  ruleNames,
  schemas,
  secrets,
  shadowedNames,
  tierKeywords,
  transforms,
  uniqueOffers,
  uniqueRuleNames,
  upstreamHeaders,
  urls,
  usableFiles,
];

/** Runs every rule over the AST and reports all problems together. */
export function check(ast: Ast, sources: Sources): Checked<Ast> {
  const found = rules.flatMap((rule) => rule(ast, sources));
  return checked(
    ast,
    found,
    sourceFiles(sources).map((source) => source.file),
  );
}
