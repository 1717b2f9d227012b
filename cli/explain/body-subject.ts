import { allKnown } from "../../compiler/known-facts.ts";
import type { Endpoint } from "../../runtime/contract.ts";
import { clientCodecs } from "../../runtime/request/client-codecs.ts";
import { requestFacts } from "../../runtime/request/facts.ts";
import { planBody } from "../../runtime/request/plan-request.ts";
import { splitModelName } from "../../runtime/routing/split-model-name.ts";
import { tokenizer } from "../../runtime/tokens.ts";
import { isObject, parseJson } from "../../runtime/wire/json.ts";
import { guessEndpoint } from "../guess-endpoint.ts";
import type { InterpretedGateway } from "../interpreted-gateway.ts";
import { overrideTexts } from "./override-texts.ts";
import type { Subject, Unexplainable } from "./subject.ts";

/** A request as its client would send it. `file` names where `text` is from. */
export async function bodySubject(
  { file, text }: Readonly<{ file: string; text: string }>,
  { endpoint: said, headers }: Readonly<{ endpoint: Endpoint | undefined; headers: Headers }>,
  gateway: InterpretedGateway,
): Promise<Subject | Unexplainable> {
  const body = parseJson(text);
  if (!isObject(body)) return { problem: `${file} does not hold a JSON object.` };
  const { model } = body;
  if (typeof model !== "string") return { problem: `${file} has no "model".` };
  await tokenizer.load();
  const endpoint = said ?? guessEndpoint(body);
  const plan = planBody(body, headers, clientCodecs[endpoint], gateway);
  if ("class" in plan) return { problem: plan.message };
  const named = splitModelName(model, (name) => gateway.catalog.models.includes(name));
  return {
    model,
    told: said === undefined ? "told from the body" : undefined,
    known: allKnown(requestFacts({ endpoint, model: named.model, body: plan.facts, headers }, gateway)),
    overrides: overrideTexts(headers),
    isWithoutRules: plan.overrides.noPolicy,
    itinerary: () => plan.itinerary,
    ranking: plan.ranking,
  };
}
