import type { Endpoint, Offer, Price, Route } from "../../runtime/contract.ts";
import { allCells } from "../analysis/axis.ts";
import { type Bounds, boundsOf } from "../analysis/bounds.ts";
import type { FirstMatch } from "../analysis/first-matches.ts";
import { type Region, within } from "../analysis/region.ts";
import { type Space, witnessIn } from "../analysis/space.ts";
import { endpointAxis, endpointBits } from "../analysis/value-axes.ts";
import type { Witness } from "../analysis/witness.ts";
import { capabilitiesOf } from "../catalogue/capabilities-of.ts";
import type { ModelCapabilities } from "../catalogue/model-capabilities.ts";
import type { RouterIR, RuleIR } from "../ir.ts";
import type { Span } from "../span.ts";
import { pricesOf } from "./prices-of.ts";

/** A rule, the requests that it gets, and the models that it sends them to. */
export type Subject = Readonly<{
  ir: RouterIR;
  space: Space;
  rule: RuleIR;
  /** What the rule gets, as the first match wins; where that was too much to find out, all that meets its conditions. Not empty. */
  requests: Region;
  /** Whether `requests` is what it really gets, so that one of them is a witness. */
  isExact: boolean;
  bounds: Bounds;
  /** The models that may answer: in the order in which they are asked, the hedge last. */
  stops: readonly Stop[];
  know: Know;
}>;

/** One model of a plan. */
export type Stop = Readonly<{
  kind: "model" | "fallback" | "hedge";
  route: Route;
  /** How messages call it, such as `the fallback "gpt-4.1"`. */
  words: string;
  span: Span;
  /** All that serves it, and what is known of that. */
  offers: readonly KnownOffer[];
}>;

/** An offer, what it can do, and its prices by the time of the day, none where nobody knows them. */
export type KnownOffer = Readonly<{ offer: Offer; can: ModelCapabilities; prices: readonly Price[] }>;

type Know = (offer: Offer) => KnownOffer;

/** All rules that get any request. */
export function subjectsOf(ir: RouterIR, space: Space, matches: readonly FirstMatch[]): readonly Subject[] {
  const know = knowledge(ir);
  return matches.flatMap(({ rule, wanted, gets }) => {
    const requests = gets ?? wanted;
    if (requests.length === 0) return [];
    const bounds = boundsOf(space, requests);
    return [{ ir, space, rule, requests, isExact: gets !== undefined, bounds, stops: stopsOf(rule, know), know }];
  });
}

/** Rules name the same models again and again. */
function knowledge(ir: RouterIR): Know {
  const remembered = new Map<string, KnownOffer>();
  return (offer) => {
    const key = JSON.stringify(offer);
    const known = remembered.get(key) ?? { offer, can: capabilitiesOf(ir, offer), prices: pricesOf(ir, offer) };
    remembered.set(key, known);
    return known;
  };
}

function stopsOf({ plan, thenSpans, span }: RuleIR, know: Know): readonly Stop[] {
  const stop = (kind: Stop["kind"], route: Route, at: Span | undefined): Stop => {
    const name = JSON.stringify(route.model);
    return {
      kind,
      route,
      words: kind === "model" ? name : `the ${kind} ${name}`,
      span: at ?? span,
      offers: route.offers.map(know),
    };
  };
  return [
    ...plan.routes.map((route, at) => stop(at === 0 ? "model" : "fallback", route, thenSpans?.routes[at])),
    ...(plan.hedge === undefined ? [] : [stop("hedge", plan.hedge.route, thenSpans?.hedge)]),
  ];
}

/** How messages call a rule. */
export function named({ name }: Pick<RuleIR, "name">): string {
  return `Rule ${JSON.stringify(name)}`;
}

/** A request that the rule gets; undefined where it is not known which those are. */
export function witnessOfRule({ space, requests, isExact }: Subject): Witness | undefined {
  return isExact ? witnessIn(space, requests) : undefined;
}

/** The same among those to certain endpoints. */
export function witnessAt(subject: Subject, endpoints: readonly Endpoint[]): Witness | undefined {
  const { space } = subject;
  const at = space.axes.map((axis) => (axis === endpointAxis ? endpointBits(endpoints) : allCells(axis)));
  const requests = within(subject.requests, at);
  return witnessOfRule({ ...subject, requests });
}

/** Whether two routes lead to the same upstream models in the same order: the second of two such neighbours is skipped. */
export function sameRoute(a: Route, b: Route): boolean {
  return targets(a).join("\n") === targets(b).join("\n");
}

/** The upstream models behind a name, each as `<provider>/<model>`. */
export function targets({ offers }: Route): readonly string[] {
  return offers.map(({ provider, model }) => `${provider}/${model}`);
}
