import type { Sources } from "../../compiler/span.ts";

/** Sources as `load` would give them, without a disk. A policy text stands in `policies.yaml`. */
export function sourcesOf(config: string, policies?: string, schemas: Readonly<Record<string, string>> = {}): Sources {
  return {
    config: { file: "arouter.toml", text: config },
    policies: policies === undefined ? undefined : { file: "policies.yaml", text: policies },
    schemas: Object.entries(schemas).map(([name, text]) => ({ name, source: { file: name, text } })),
    unusable: [],
  };
}
