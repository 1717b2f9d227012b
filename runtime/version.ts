import manifest from "../package.json" with { type: "json" };

/** The version of this gateway, as package.json says. */
export const version: string = manifest.version;
