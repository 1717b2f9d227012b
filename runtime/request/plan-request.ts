import type { Gateway } from "../contract.ts";
import { failure } from "../errors.ts";
import type { RankingRequest } from "../routing/hot-state.ts";
import { readRoutingAsk } from "../routing/preferences.ts";
import { splitModelName, withSuffix } from "../routing/split-model-name.ts";
import type { Dependencies } from "../server/dependencies.ts";
import type { ModelAddress } from "../wire/address.ts";
import type { JsonObject, WireError } from "../wire/canonical.ts";
import type { BodyFacts, ClientCodec } from "../wire/codec.ts";
import { isObject } from "../wire/json.ts";
import { authenticate } from "./auth.ts";
import { requestFacts } from "./facts.ts";
import { type Itinerary, planItinerary } from "./itinerary.ts";
import { type Overrides, readOverrides } from "./overrides.ts";
import { readRequestBody } from "./request-body.ts";
import type { Recalled } from "./request-memory.ts";
import { type RuleFacts, ruleFacts } from "./rule-facts.ts";

/** Where a model request goes, and what it asks. */
export type Plan = Readonly<{
  /** As the client wrote it. */
  model: string;
  overrides: Overrides;
  facts: BodyFacts;
  ruleFacts: RuleFacts;
  ranking: RankingRequest;
  itinerary: Itinerary;
}>;

/** A model request that was let in. Nothing has been sent yet. */
export type PlannedRequest = Plan & Recalled;

/** Told as a request is read, so that an answer can say it even when the rest fails. */
export type Progress = Readonly<{
  /** The sender may be here; whether there is a place for its request. */
  admit(): WireError | undefined | Promise<WireError | undefined>;
  keepOpen(): void;
  requested(model: string): void;
  /** The body with what it goes on from; absent where it stands for itself. */
  recall?: ((body: Recalled) => Recalled | WireError) | undefined;
}>;

/** Reads a request to a model endpoint: its sender, its body, its wishes, its policy. */
export async function planRequest(
  request: Request,
  codec: ClientCodec,
  address: ModelAddress | undefined,
  { gateway, clientKeys }: Pick<Dependencies, "gateway" | "clientKeys">,
  progress: Progress,
): Promise<PlannedRequest | WireError> {
  const { catalog } = gateway;
  const refused = authenticate(request, catalog.auth.mode, clientKeys);
  if (refused !== undefined) return refused;
  const full = progress.admit();
  const noPlace = full instanceof Promise ? await full : full;
  if (noPlace !== undefined) return noPlace;
  const body = await readRequestBody(request, catalog.limits);
  if (body.kind === "client-gone") return clientGone;
  if (body.kind === "error") return body.error;
  progress.keepOpen();
  const { bytes } = body;
  const json = address === undefined ? body.json : { ...body.json, ...address };
  if (typeof json["model"] === "string") progress.requested(json["model"].slice(0, maxModelLength));
  const recalled = progress.recall?.({ bytes, json }) ?? { bytes, json };
  if ("class" in recalled) return recalled;
  const plan = planBody(recalled.json, request.headers, codec, gateway);
  return "class" in plan ? plan : { ...plan, ...recalled };
}

/** The part of it that needs no connection: what `arouter explain` tells of a request in a file. */
export function planBody(
  json: JsonObject,
  headers: Headers,
  codec: ClientCodec,
  gateway: Pick<Gateway, "catalog" | "route" | "resolve" | "tokenBounds" | "tokenizer">,
): Plan | WireError {
  const { model } = json;
  if (typeof model !== "string" || model === "" || model.length > maxModelLength) return noModel;
  const overrides = readOverrides(headers);
  if ("class" in overrides) return overrides;
  const asked = readRoutingAsk(json, headers, gateway.catalog.providers);
  if ("class" in asked) return asked;
  const named = splitModelName(model, (name) => gateway.catalog.models.includes(name));
  const facts = codec.facts(json);
  const { endpoint } = codec;
  const request = requestFacts({ endpoint, model: named.model, body: facts, headers }, gateway);
  const itinerary = planItinerary(gateway, request, overrides, asked);
  if ("class" in itinerary) return itinerary;
  const ranking: RankingRequest = {
    preferences: withSuffix(asked.preferences, named.suffix),
    clientFormat: codec.format,
    usedParameters: () => Object.keys(json),
    wantsThinking: () => wantsThinking(json),
  };
  return { model, overrides, facts, ruleFacts: ruleFacts(request, overrides, asked), ranking, itinerary };
}

const maxModelLength = 256;
const noModel = failure("invalid-request", `"model" must be a string of 1 to ${maxModelLength} characters.`, {
  param: "model",
});
const clientGone = failure("internal", "The client closed the connection.", { status: 499 });

/** Anthropic's `thinking`, OpenAI's `reasoning_effort`. */
function wantsThinking({ thinking, reasoning_effort: effort }: JsonObject): boolean {
  const type = isObject(thinking) ? thinking["type"] : undefined;
  return type === "enabled" || type === "adaptive" || (typeof effort === "string" && effort !== "none");
}
