import { dialectOf } from "../../compiler/dialects.ts";
import { modelName, resolverOf } from "../../compiler/resolve.ts";
import type { DialectName } from "../../schemas/dialect-names.ts";
import { starterModels } from "./starter-models.ts";

/** A provider of a new configuration, and what clients call its two models there. */
export type Starter = Readonly<{
  id: DialectName;
  label: string;
  large: string;
  small: string;
  /** What may answer in place of the large one: that of the next provider, or where there is no other, the small one. */
  substitute: string;
  /** The variable that holds its key; undefined where it takes none. */
  keyVariable: string | undefined;
  /** What its table says besides the key. */
  written: Readonly<{ type?: DialectName; base_url?: string }>;
}>;

/** The providers that were chosen, in order. Models are called what is enough to find them. */
export function startersOf(ids: readonly DialectName[]): readonly Starter[] {
  const resolver = resolverOf({ providers: Object.fromEntries(ids.map((id) => [id, writtenAs(id)])) });
  const name = (provider: DialectName, size: "large" | "small") =>
    modelName(resolver, { provider, model: starterModels[provider][size] });
  return ids.map((id, index) => {
    const { label, surfaces } = dialectOf(id);
    const next = ids[index + 1] ?? ids[0] ?? id;
    return {
      id,
      label,
      large: name(id, "large"),
      small: name(id, "small"),
      substitute: next === id ? name(id, "small") : name(next, "large"),
      keyVariable: surfaces[0]?.auth === "none" ? undefined : keyVariableOf(id),
      written: writtenAs(id),
    };
  });
}

/** An address hides what the name says, so the type stands beside it. */
function writtenAs(id: DialectName): Starter["written"] {
  const models = starterModels[id];
  return "baseUrl" in models ? { type: id, base_url: models.baseUrl } : {};
}

/** What the vendor's own SDK reads, where it has a name of its own. */
function keyVariableOf(id: DialectName): string {
  if (id === "google") return "GEMINI_API_KEY";
  return `${id.toUpperCase().replaceAll("-", "_")}_API_KEY`;
}
