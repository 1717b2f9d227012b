import type { JsonObject } from "../wire/canonical.ts";
import type { ListAnswer, Model } from "./model.ts";

/** How one vendor's clients are told of models. */
export type ListDialect = Readonly<{
  list(models: readonly Model[], query: URLSearchParams): ListAnswer;
  model(model: Model): JsonObject;
}>;
