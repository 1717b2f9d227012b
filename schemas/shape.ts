import type { TSchema } from "typebox";

/** The JSON Schema keywords that the schemas of arouter.toml and policies.yaml use. */
export type Shape = Readonly<{
  type?: string;
  properties?: Readonly<Record<string, Shape>>;
  required?: readonly string[];
  patternProperties?: Readonly<Record<string, Shape>>;
  items?: Shape;
  anyOf?: readonly Shape[];
  enum?: readonly (string | number)[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  default?: unknown;
  description?: string;
  /** The environment variable that wins over the key. */
  "x-env"?: string;
}>;

/** A TypeBox schema as the plain JSON Schema that it is. */
export function shapeOf(schema: TSchema): Shape {
  return JSON.parse(JSON.stringify(schema));
}
