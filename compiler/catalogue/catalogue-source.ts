import manifest from "../../package.json" with { type: "json" };

/** The price catalogue, as this version of the gateway has it. */
export const priceCatalogue = `@pydantic/genai-prices ${manifest.dependencies["@pydantic/genai-prices"]}`;

/** Who says what models can do. */
export const ownCatalogue = `arouter ${manifest.version}`;
