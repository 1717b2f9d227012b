import type { Price } from "../contract.ts";
import { failure } from "../errors.ts";
import type { JsonObject, WireError } from "../wire/canonical.ts";

/** A model that clients can ask for; what is absent is not known. */
export type Model = Readonly<{
  id: string;
  /** The provider that serves it first. */
  owner: string;
  /** Tokens of input and output together. */
  contextTokens: number | undefined;
  price: Price | undefined;
}>;

/** What a request to the list is answered with. */
export type ListAnswer = Readonly<{ kind: "json"; body: JsonObject }> | Readonly<{ kind: "error"; error: WireError }>;

/** Vendors want a creation date and the gateway knows none; a constant keeps clients' caches and diffs quiet. */
export const createdAt = "2025-01-01T00:00:00Z";
export const createdSeconds = Date.parse(createdAt) / 1000;

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
