import type { FirstMatch } from "./analysis/first-matches.ts";
import type { Space } from "./analysis/space.ts";
import type { Diagnostic } from "./diagnostics.ts";
import type { RouterIR } from "./ir.ts";
import { certainLosses } from "./lint/certain-losses.ts";
import { costLimits } from "./lint/cost-limits.ts";
import { dearerRewrites } from "./lint/dearer-rewrites.ts";
import { idleCaches } from "./lint/idle-caches.ts";
import { idleFallbacks } from "./lint/idle-fallbacks.ts";
import { idleHedges } from "./lint/idle-hedges.ts";
import { idleValidators } from "./lint/idle-validators.ts";
import { missingApis } from "./lint/missing-apis.ts";
import { modelsWithoutImages } from "./lint/models-without-images.ts";
import { modelsWithoutStructure } from "./lint/models-without-structure.ts";
import { modelsWithoutTools } from "./lint/models-without-tools.ts";
import { outputLimits } from "./lint/output-limits.ts";
import { overlappingRules } from "./lint/overlapping-rules.ts";
import { paidFallbacks } from "./lint/paid-fallbacks.ts";
import { redundantConditions } from "./lint/redundant-conditions.ts";
import { rejectedParameters } from "./lint/rejected-parameters.ts";
import { repeatedModels } from "./lint/repeated-models.ts";
import { returningChains } from "./lint/returning-chains.ts";
import { rulesNotAnalysed } from "./lint/rules-not-analysed.ts";
import { sameHedges } from "./lint/same-hedges.ts";
import { smallContexts } from "./lint/small-contexts.ts";
import { type Subject, subjectsOf } from "./lint/subject.ts";
import { thinkingSessions } from "./lint/thinking-sessions.ts";
import { uncataloguedModels } from "./lint/uncatalogued-models.ts";
import { unreachableRules } from "./lint/unreachable-rules.ts";

/** One finding about one rule. None knows any other. */
type Finder = (subject: Subject) => readonly Diagnostic[];

const finders: readonly Finder[] = [
  certainLosses,
  costLimits,
  dearerRewrites,
  idleCaches,
  idleFallbacks,
  idleHedges,
  idleValidators,
  missingApis,
  modelsWithoutImages,
  modelsWithoutStructure,
  modelsWithoutTools,
  outputLimits,
  paidFallbacks,
  rejectedParameters,
  repeatedModels,
  returningChains,
  sameHedges,
  smallContexts,
  thinkingSessions,
];

/** What is wrong with rules together, and with what each does with the requests that it gets; overlaps on request. */
export function findings(
  ir: RouterIR,
  space: Space,
  matches: readonly FirstMatch[],
  { overlaps }: Readonly<{ overlaps: boolean }>,
): readonly Diagnostic[] {
  const subjects = subjectsOf(ir, space, matches);
  return [
    ...unreachableRules(space, matches),
    ...redundantConditions(space, matches),
    ...rulesNotAnalysed(matches),
    ...(overlaps ? overlappingRules(space, matches) : []),
    ...subjects.flatMap((subject) => finders.flatMap((find) => find(subject))),
    ...uncataloguedModels(subjects),
  ];
}
