import type { ModelCard, Offer, Price } from "../contract.ts";
import { failure } from "../errors.ts";
import type { JsonObject, WireError } from "../wire/canonical.ts";

/** A model that clients can ask for. */
export type Model = Readonly<{
  id: string;
  /** The provider that serves it first. */
  owner: string;
  card: ModelCard;
  /** What the provider that serves it first takes; undefined when nobody knows. */
  price: Price | undefined;
  /** All that serve it, the first one first. */
  endpoints: readonly ModelEndpoint[];
}>;

/** One way to serve a model, for lists. */
export type ModelEndpoint = Readonly<{
  offer: Offer;
  /** What people call its provider. */
  label: string;
  card: ModelCard;
  price: Price | undefined;
  zdr: boolean;
}>;

/** What a request to the list is answered with. */
export type ListAnswer = Readonly<{ kind: "json"; body: JsonObject }> | Readonly<{ kind: "error"; error: WireError }>;

/** Vendors want a creation date; where none is known, a constant keeps clients' caches and diffs quiet. */
export const createdSeconds = Date.parse("2025-01-01T00:00:00Z") / 1000;

export function json(body: JsonObject): ListAnswer {
  return { kind: "json", body };
}

export function invalid(param: string, why: string): ListAnswer {
  return { kind: "error", error: failure("invalid-request", `${param}: ${why}.`, { param }) };
}

export function unknownModel(id: string): ListAnswer {
  const message = `The model "${id.slice(0, 200)}" is not in this gateway's list (GET /v1/models).`;
  return { kind: "error", error: failure("not-found", message, { param: "model" }) };
}

/** A page size that a query asks for; undefined when it is no whole number from 1 to `max`. */
export function pageSize(written: string | null, usual: number, max: number): number | undefined {
  const size = Number(written ?? usual);
  return Number.isInteger(size) && size >= 1 && size <= max ? size : undefined;
}
