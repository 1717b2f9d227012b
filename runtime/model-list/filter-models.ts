import type { Model } from "./model.ts";

/** What a query can ask of a model, as lists of words. OpenRouter API reference, "List models", but for `provider`. */
const filters: Readonly<Record<string, (model: Model) => Readonly<{ has: readonly string[]; needs: "all" | "any" }>>> =
  {
    output_modalities: ({ card }) => ({ has: card.outputModalities ?? ["text"], needs: "any" }),
    input_modalities: ({ card }) => ({ has: card.inputModalities ?? ["text"], needs: "all" }),
    supported_parameters: ({ card }) => ({ has: card.parameters ?? [], needs: "all" }),
    provider: ({ endpoints }) => ({ has: endpoints.map(({ offer }) => offer.provider), needs: "any" }),
  };

/** The models that a query wants: words are separated by commas; a filter that is empty or `all` leaves all of them. */
export function filterModels(models: readonly Model[], query: URLSearchParams): readonly Model[] {
  return Object.entries(filters).reduce<readonly Model[]>((left, [name, read]) => {
    const wanted = query.getAll(name).flatMap((list) => list.split(",").flatMap((word) => word.trim() || []));
    if (wanted.length === 0 || wanted.includes("all")) return left;
    return left.filter((model) => {
      const { has, needs } = read(model);
      return needs === "all" ? wanted.every((word) => has.includes(word)) : wanted.some((word) => has.includes(word));
    });
  }, models);
}
