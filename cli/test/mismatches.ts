import type { Route } from "../../runtime/contract.ts";
import { type Itinerary, sameRoute } from "../../runtime/request/itinerary.ts";
import { type Expectation, none } from "../../schemas/policy-test.ts";
import type { Outcome } from "./outcome.ts";

/** Where a test failed: what was expected, and what is the case, in words. */
export type Mismatch = Readonly<{ what: keyof Expectation; expected: string; actual: string }>;

type Resolve = (model: string) => Route | undefined;

/** Every expectation that an outcome does not meet. Models are the same when the same upstreams serve them, whatever they are called. */
export function mismatches(expect: Expectation, outcome: Outcome, resolve: Resolve): readonly Mismatch[] {
  if (outcome.kind === "refused") return ofRefused(expect, outcome.message);
  const { itinerary, upstream } = outcome;
  const provider = upstream?.provider ?? none;
  const { rule, routes, validate, hedge } = itinerary;
  const [first, ...chain] = routes;
  const decision = itinerary.rewritten ? "rewritten" : "passthrough";
  const isModel = (route: Route, name: string) => isSame(route, name, resolve);
  const isChain = (names: readonly string[]) =>
    names.length === chain.length && chain.every((route, index) => isModel(route, names[index] ?? none));
  return [
    ...differing("rule", expect.rule, rule, (name) => name === rule),
    ...differing("model", expect.model, modelText(first), (name) => isModel(first, name)),
    ...differing("provider", expect.provider, provider, (name) => name === provider),
    ...differing("chain", expect.chain, listText(chain.map(modelText)), isChain),
    ...differing("validate", expect.validate, listText(validate), (names) => names.join("\n") === validate.join("\n")),
    ...differing("hedge", expect.hedge, hedgeText(hedge), (wanted) => isHedge(hedge, wanted, isModel)),
    ...differing("decision", expect.decision, decision, (word) => word === decision),
  ];
}

/** A refused request has no rule, model and provider; whatever else is expected of it is not the case. */
function ofRefused(expect: Expectation, message: string): readonly Mismatch[] {
  const actual = `refused: ${message}`;
  const isNone = (name: string) => name === none;
  return [
    ...differing("rule", expect.rule, actual, isNone),
    ...differing("model", expect.model, actual, isNone),
    ...differing("provider", expect.provider, actual, isNone),
    ...differing("chain", expect.chain, actual, () => false),
    ...differing("validate", expect.validate, actual, () => false),
    ...differing("hedge", expect.hedge, actual, () => false),
    ...differing("decision", expect.decision, actual, () => false),
  ];
}

function differing<What extends keyof Expectation>(
  what: What,
  expected: Expectation[What],
  actual: string,
  isMet: (expected: NonNullable<Expectation[What]>) => boolean,
): readonly Mismatch[] {
  if (expected === undefined || isMet(expected)) return [];
  return [{ what, expected: textOf(expected), actual }];
}

function textOf(expected: NonNullable<Expectation[keyof Expectation]>): string {
  if (typeof expected === "string") return expected;
  if ("after_ms" in expected) return `${expected.with_model} after ${expected.after_ms} ms`;
  return listText(expected);
}

function isHedge(
  hedge: Itinerary["hedge"],
  wanted: NonNullable<Expectation["hedge"]>,
  isModel: (route: Route, name: string) => boolean,
): boolean {
  if (wanted === none || hedge === undefined) return wanted === none && hedge === undefined;
  return wanted.after_ms === hedge.afterMs && isModel(hedge.route, wanted.with_model);
}

function isSame(route: Route, name: string, resolve: Resolve): boolean {
  const named = resolve(name);
  return named !== undefined && sameRoute(named, route);
}

function hedgeText(hedge: Itinerary["hedge"]): string {
  return hedge === undefined ? none : `${modelText(hedge.route)} after ${hedge.afterMs} ms`;
}

/** A model, and its upstream where that calls it something else. */
function modelText({ model, offers: [first, ...others] }: Route): string {
  const upstream = `${first.provider}/${first.model}`;
  if (first.model === model || upstream === model) return model;
  return `${model} (${upstream}${others.length === 0 ? "" : " or others"})`;
}

function listText(names: readonly string[]): string {
  return `[${names.join(", ")}]`;
}
