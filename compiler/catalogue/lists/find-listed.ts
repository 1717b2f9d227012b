import type { Offer } from "../../../runtime/contract.ts";
import type { ListedModel } from "./listed-model.ts";

/**
 * The row of a list that is about a model at a provider: of the provider's own name, or of what the price catalogue calls it
 * (`book`); by the very name of the model, else by one that differs only in how Claude's versions are written.
 */
export function findListed(
  models: readonly ListedModel[],
  { provider, model }: Pick<Offer, "provider" | "model">,
  book: string | undefined,
): ListedModel | undefined {
  const vendors = [vendorKey(provider), ...(book === undefined ? [] : [vendorKey(book)])];
  const name = model.toLowerCase();
  const own = models.filter((one) => vendors.includes(vendorKey(one.provider)));
  return (
    own.find((one) => one.model.toLowerCase() === name) ??
    own.find((one) => claudeName(one.model) !== undefined && claudeName(one.model) === claudeName(model))
  );
}

/** `x-ai` is `xai`, `mistralai` is `mistral`, `together_ai` is `together`; Google's API is called by its models. */
function vendorKey(name: string): string {
  const letters = name.toLowerCase().replace(/[^a-z0-9]/g, "");
  return letters === "gemini" ? "google" : letters.replace(/(?<=...)ai$/, "");
}

/** Its models have dots in some lists, and days in others. */
function claudeName(model: string): string | undefined {
  const name = model.toLowerCase().replaceAll(".", "-");
  return name.startsWith("claude-") ? name.replace(/-\d{8}$/, "") : undefined;
}
