import type { CallKind, Dialect, WireFormat } from "../contract.ts";
import type { EstimateTokens } from "../request/estimate-tokens.ts";
import type { JsonObject, Loss, Rejection, Usage } from "./canonical.ts";

/**
 * A call to a model that is no conversation: an embedding, a count of tokens. It goes the way of all requests, from one
 * provider to the next, but its answer has no canonical form.
 */
export type SideCall = Readonly<{
  kind: "side-call";
  call: Exclude<CallKind, "answer">;
  /** The call as one API of a provider takes it, or why it cannot be put to that. */
  encode(target: SideTarget): SideRequest | Rejection;
  /** What the gateway answers by itself where no provider does; absent where only a provider can. */
  estimate?: (estimate: EstimateTokens) => Promise<JsonObject>;
  /** What becomes of it says nothing of a provider's health: not every provider has the API. */
  isLight: boolean;
}>;

export type SideTarget = Readonly<{ format: WireFormat; model: string; dialect: Dialect }>;

export type SideRequest = Readonly<{
  kind: "side-request";
  /** In the vendor's own words, such as `/v1/embeddings`; a provider that puts its API elsewhere has it beside that. */
  path: string;
  /** The upstream speaks the client's API. */
  native: boolean;
  /**
   * One for each request to the upstream, which may take less at once than the client sent; undefined: the client's own
   * bytes, with the model's name in them replaced.
   */
  bodies: readonly [JsonObject, ...JsonObject[]] | undefined;
  losses: readonly Loss[];
  /** Reads the upstream's answers, one for each body; undefined when they are no such answers. */
  answer(answers: readonly JsonObject[], estimate: EstimateTokens): Promise<SideAnswer | undefined>;
}>;

export type SideAnswer = Readonly<{
  /** Undefined: the upstream's own bytes. */
  body: JsonObject | undefined;
  usage: Usage | undefined;
  /** The upstream does not tell usage, so the gateway counted. */
  isEstimate: boolean;
}>;
