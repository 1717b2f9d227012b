import manifest from "../../package.json" with { type: "json" };

const packageName = "@pydantic/genai-prices";

/** The price catalogue, as this version of the gateway has it. */
export const priceCatalogue = `${packageName} ${manifest.dependencies[packageName]}`;

/** Who says what models can do: the tables of this version, and of most context windows the price catalogue. */
export const ownCatalogue = `arouter ${manifest.version}, ${priceCatalogue}`;

/** Whether a lock's source is what comes with the gateway, of whatever version, and no file. */
export function isFromCatalogue(source: string): boolean {
  return source.startsWith(`${packageName} `) || source.startsWith("arouter ");
}
