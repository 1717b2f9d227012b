import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { type Understood, understand } from "../compiler/compile.ts";
import { type Explanation, explain } from "../compiler/explain.ts";
import { interpretResolve, interpretRoute } from "../compiler/interpret.ts";
import { interpretPrice } from "../compiler/interpret-price.ts";
import { clientCodecs } from "../runtime/client-codecs.ts";
import { epochMs } from "../runtime/clock.ts";
import type { Endpoint, Gateway } from "../runtime/contract.ts";
import { requestFacts } from "../runtime/facts.ts";
import { offerPrice } from "../runtime/money/offer-price.ts";
import { planBody } from "../runtime/plan-request.ts";
import { explainRanking, type RankingExplanation } from "../runtime/routing/explain-ranking.ts";
import { describeRanking } from "../runtime/routing/explain-ranking-text.ts";
import type { RankingRequest } from "../runtime/routing/hot-state.ts";
import type { RankingAsk } from "../runtime/routing/rank-offers-ask.ts";
import { splitModelName } from "../runtime/routing/split-model-name.ts";
import { loadTokenizer } from "../runtime/tokens.ts";
import type { JsonObject } from "../runtime/wire/canonical.ts";
import { isObject, parseJson } from "../runtime/wire/json.ts";
import {
  type Arguments,
  type Command,
  commonExitCodes,
  configFlag,
  exitCode,
  flagValue,
  formatFlag,
  type Io,
  profileFlag,
} from "./command.ts";
import { compileOptions, findConfig } from "./find-config.ts";
import { guessEndpoint } from "./guess-endpoint.ts";
import { failureCode, isJson, report } from "./report.ts";

const endpoints = [
  "chat_completions",
  "responses",
  "messages",
  "generate_content",
  "completions",
  "embeddings",
] as const satisfies readonly Endpoint[];

export const explainCommand: Command = {
  name: "explain",
  summary: "say which rule a request matches, and which offers would serve it in which order",
  operands: ["REQUEST.json"],
  flags: [
    configFlag,
    profileFlag,
    {
      name: "endpoint",
      value: "NAME",
      choices: endpoints,
      about: `the API the request is for: ${endpoints.join(", ")} (default: told from its body)`,
    },
    { name: "header", value: "NAME:VALUE", about: "a request header; may be repeated" },
    formatFlag,
  ],
  examples: [
    "arouter explain request.json",
    'arouter explain request.json --header "x-team: search" --format json',
    "arouter explain - < request.json",
  ],
  exitCodes: commonExitCodes,
  run,
};

async function run(args: Arguments, io: Io): Promise<number> {
  const understood = await understand(findConfig(args, io), compileOptions(args));
  if (!understood.ok) {
    report(understood.diagnostics, understood.sources, args, io);
    return failureCode(understood.diagnostics);
  }
  const [file = "-"] = args.operands;
  const body = parseJson(file === "-" ? await text(process.stdin) : await readFile(file, "utf8"));
  if (!isObject(body)) return usageError(`${file} does not hold a JSON object.`, io);
  const { model } = body;
  if (typeof model !== "string") return usageError(`${file} has no "model".`, io);
  const headers = readHeaders(args.flags.get("header") ?? []);
  if (typeof headers === "string") return usageError(headers, io);

  await loadTokenizer();
  const endpoint = endpointOf(args, body);
  const gateway = interpretedGateway(understood);
  const plan = planBody(body, headers, clientCodecs[endpoint], gateway);
  if ("class" in plan) return usageError(plan.message, io);
  const { itinerary, ranking, overrides } = plan;
  const facts = requestFacts({
    endpoint,
    model: splitModelName(model, (name) => gateway.catalog.models.includes(name)).model,
    body: plan.facts,
    headers,
    tokenCeiling: gateway.tokenCeiling,
  });
  // Rules that match on every endpoint do not count for embeddings.
  const isSkipped = overrides.noPolicy || (endpoint === "embeddings" && itinerary.rule === "none");
  const { rules } = isSkipped ? { rules: [] } : explain(understood.ir, facts);
  const told: Told = {
    endpoint,
    model,
    rules,
    rule: itinerary.rule,
    routes: itinerary.routes.map((route) => explainRanking(route, rankingAsk(gateway, ranking))),
    validate: itinerary.validate,
    fallback_on: itinerary.fallbackOn,
    hedge:
      itinerary.hedge === undefined
        ? null
        : { after_ms: itinerary.hedge.afterMs, ...explainRanking(itinerary.hedge.route, rankingAsk(gateway, ranking)) },
  };
  const isGuessed = flagValue(args, "endpoint") === undefined;
  if (isJson(args)) io.out(`${JSON.stringify(told, null, 2)}\n`);
  else io.out(prettyExplanation(told, `${endpoint}${isGuessed ? " (told from the body)" : ""}`));
  return exitCode.ok;
}

/** What is explained: rules as they were tried, then where the request goes. */
type Told = Readonly<{
  endpoint: Endpoint;
  model: string;
  rules: Explanation["rules"];
  rule: string;
  routes: readonly RankingExplanation[];
  validate: readonly string[];
  fallback_on: readonly string[];
  hedge: (RankingExplanation & Readonly<{ after_ms: number }>) | null;
}>;

/** The configuration as a gateway whose rules are interpreted. Here the exact count of tokens is worth its price. */
function interpretedGateway({
  ir,
  facts,
}: Understood): Pick<Gateway, "catalog" | "route" | "resolve" | "tokenCeiling" | "priceOf"> {
  return {
    catalog: { ...ir.catalog, models: facts.models },
    route: (request) => interpretRoute(ir, request),
    resolve: (name) => interpretResolve(ir, name),
    tokenCeiling: Number.MAX_SAFE_INTEGER,
    priceOf: (provider, model, atMs) => interpretPrice(ir, provider, model, atMs),
  };
}

/** A gateway that has just started: nothing has been measured. */
function rankingAsk({ catalog, priceOf }: Pick<Gateway, "catalog" | "priceOf">, request: RankingRequest): RankingAsk {
  return {
    ...catalog.routing,
    preferences: request.preferences,
    usedParameters: request.usedParameters(),
    clientFormat: request.clientFormat,
    wantsThinking: request.wantsThinking(),
    providers: catalog.providers,
    live: { tps: () => undefined, latencyMs: () => undefined },
    priceOf: (offer) => offerPrice(offer, { priceOf }, epochMs()),
    turn: 0,
  };
}

function endpointOf(args: Arguments, body: JsonObject): Endpoint {
  const said = flagValue(args, "endpoint");
  return endpoints.find((endpoint) => endpoint === said) ?? guessEndpoint(body);
}

/** A message when one of them is no header. */
function readHeaders(written: readonly string[]): Headers | string {
  const headers = new Headers();
  for (const line of written) {
    const [, name = "", value = ""] = /^([^:\s]+)\s*:\s*(.*)$/.exec(line) ?? [];
    try {
      headers.append(name, value);
    } catch {
      return `--header takes NAME:VALUE, not ${JSON.stringify(line)}.`;
    }
  }
  return headers;
}

function usageError(message: string, io: Io): number {
  io.err(`error: ${message}\nRun: arouter explain --help\n`);
  return exitCode.usage;
}

/** One paragraph a rule: its place, and what stood in its way. Then a table for every model that several offers serve. */
function prettyExplanation(told: Told, endpoint: string): string {
  const verdicts = told.rules.flatMap(({ rule, place, matched, failed }) => [
    `${place}: rule ${rule} ${matched ? "matches" : "does not match"}`,
    ...failed.map((one) => `  ${one.place}: it asks for ${one.condition}; the request has ${one.actual}`),
  ]);
  const routes = told.routes.map(pricedOffers).join(", then ");
  const validate = told.validate.length === 0 ? "" : `; validate ${told.validate.join(", ")}`;
  const hedge = told.hedge === null ? "" : `; hedge ${offersOf(told.hedge)} after ${told.hedge.after_ms} ms`;
  const outcome = `=> ${told.rule === "none" ? "No rule matches: " : ""}${routes}${validate}${hedge}`;
  const tables = told.routes.filter(({ offers }) => offers.length > 1).map((route) => `\n${describeRanking(route)}`);
  return `${[`${told.model} on ${endpoint}`, ...verdicts, outcome].join("\n")}\n${tables.join("")}`;
}

/** Where only one offer is asked, no table says what it costs. */
function pricedOffers(route: RankingExplanation): string {
  const [first, ...more] = route.offers;
  const price = more.length === 0 ? first?.price : undefined;
  return price ? `${offersOf(route)} ($${price.prompt}/$${price.completion} per million tokens)` : offersOf(route);
}

/** Those that are asked, best first. */
function offersOf({ offers }: RankingExplanation): string {
  const asked = offers.filter(({ place }) => place !== null);
  return asked.length === 0 ? "nobody" : asked.map(({ provider, model }) => `${provider}/${model}`).join(" or ");
}
