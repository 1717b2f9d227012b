import { candidatesOf } from "../../compiler/candidates.ts";
import type { ConditionIR, RouterIR, RuleIR } from "../../compiler/ir.ts";
import { type KnownFacts, knownToHold } from "../../compiler/known-facts.ts";
import type { Offer, Price, Route } from "../../runtime/contract.ts";
import { costOf } from "../../runtime/money/cost-of.ts";
import { offerPrice } from "../../runtime/money/offer-price.ts";
import { clientCodecs } from "../../runtime/request/client-codecs.ts";
import { rankOffers } from "../../runtime/routing/rank-offers.ts";
import type { Usage } from "../../runtime/wire/canonical.ts";
import { noWishes } from "../explain/bare-subject.ts";
import { factsOfTrace } from "../explain/facts-of-trace.ts";
import { type InterpretedGateway, restedRanking } from "../interpreted-gateway.ts";
import type { PastRequest } from "./past-request.ts";

/** Why a row is not certain, or has no cost. */
export const doubts = {
  headers: "a rule asks for a header; headers are not logged",
  tokens: "a rule asks for more of the input tokens than were counted",
  facts: "a rule asks for a fact that was not logged",
  wishes: "the request itself said where it wants to go",
  offers: "several offers serve the model; speed, health and turns pick one",
  checks: "its answer is checked, and may be asked of the next model",
  hedge: "two models race",
  unserved: "no provider serves the model",
  price: "no price is known for the model",
  usage: "the log has no tokens of an answer",
} as const;

export type Doubt = keyof typeof doubts;

/** A past request under the new rules. */
export type ChangedRoute = Readonly<{
  request: PastRequest;
  /** The rule that decides now: `none`, or several that may. */
  rules: readonly string[];
  /** Who is asked first; undefined where that is not known. */
  target: Readonly<{ provider: string; model: string }> | undefined;
  /** Nano-USD. What was logged of all attempts; and the tokens of the answer at the price of the new target, at the time of the request. */
  costThen: number | undefined;
  costNow: number | undefined;
  doubts: readonly Doubt[];
}>;

/** Undefined for requests of which no rule speaks. */
export function changedRoute(
  request: PastRequest,
  ir: Pick<RouterIR, "rules">,
  gateway: InterpretedGateway,
): ChangedRoute | undefined {
  const codec = Object.values(clientCodecs).find(({ endpoint }) => endpoint === request.endpoint);
  if (codec === undefined) return undefined;
  const { model, ranking } = noWishes(request.model_requested, codec.endpoint, gateway);
  const known = factsOfTrace(request, codec.endpoint, model);
  const wishes = request.facts?.overrides ?? [];
  const [candidate, ...others] = candidatesOf(wishes.includes("x-arouter-no-policy") ? [] : ir.rules, known);
  const candidates = [candidate, ...others];
  const said: readonly Doubt[] = wishes.length === 0 ? [] : ["wishes"];
  const costThen = request.cost === null ? undefined : Math.round(request.cost * nanosPerUsd);
  const common = { request, rules: candidates.map((rule) => rule?.name ?? "none"), costThen };
  if (others.length > 0) {
    const open = candidates.flatMap((rule) => (rule === undefined ? [] : openFacts(rule, known)));
    return { ...common, target: undefined, costNow: undefined, doubts: [...new Set([...open, ...said])] };
  }
  const route = candidate?.plan.routes[0] ?? gateway.resolve(model);
  const atMs = Date.parse(request.time);
  const best = route && rankOffers(route, restedRanking(gateway, ranking, atMs)).offers[0];
  const target = wishes.includes("x-arouter-model") ? servedThen(request) : best;
  const price = target && offerPrice(target, gateway, atMs);
  const usage = usageOf(request);
  return {
    ...common,
    target: target && { provider: target.provider, model: target.model },
    costNow: price && usage && costOf(usage, price).nanos,
    doubts: [...said, ...routeDoubts(candidate, route), ...costDoubts(target, price, usage)],
  };
}

const nanosPerUsd = 1e9;

/** Which clauses of a rule cannot be decided. */
function openFacts(rule: RuleIR, known: KnownFacts): readonly Doubt[] {
  return rule.when.filter((condition) => knownToHold(condition, known) === undefined).map(doubtOf);
}

function doubtOf({ kind }: ConditionIR): Doubt {
  if (kind === "header") return "headers";
  return kind === "input-tokens" ? "tokens" : "facts";
}

function routeDoubts(rule: RuleIR | undefined, route: Route | undefined): readonly Doubt[] {
  const { validate = [], hedge } = rule?.plan ?? {};
  return [
    ...(route !== undefined && route.offers.length > 1 ? ["offers" as const] : []),
    ...(validate.length > 0 && (rule?.plan.routes.length ?? 0) > 1 ? ["checks" as const] : []),
    ...(hedge === undefined ? [] : ["hedge" as const]),
  ];
}

function costDoubts(target: Offer | undefined, price: Price | undefined, usage: Usage | undefined): readonly Doubt[] {
  const without: readonly Doubt[] = usage === undefined ? ["usage"] : [];
  if (target === undefined) return ["unserved", ...without];
  return price === undefined ? ["price", ...without] : without;
}

function servedThen({ provider, model_served: model }: PastRequest): Offer {
  return { provider, model };
}

/** Of the answer that the client got. */
function usageOf({ attempts }: PastRequest): Usage | undefined {
  const answered = attempts.findLast(({ outcome, tokens }) => outcome === "ok" && tokens !== null);
  const { tokens, service_tier: tier } = answered ?? attempts.findLast((attempt) => attempt.tokens !== null) ?? {};
  if (tokens === undefined || tokens === null) return undefined;
  const { input, cache_read, cache_write, output, reasoning } = tokens;
  return {
    uncachedInput: input,
    cacheRead: cache_read,
    cacheWrite: cache_write,
    output,
    reasoning,
    cacheWriteKnown: true,
    serviceTier: tier === "priority" || tier === "flex" || tier === "batch" ? tier : undefined,
  };
}
