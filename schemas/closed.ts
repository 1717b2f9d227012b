import { Type } from "typebox";

/** An object that knows all its keys: any other is a mistake to report. */
export function closed<Properties extends Parameters<typeof Type.Object>[0]>(properties: Properties, description = "") {
  return Type.Object(properties, { additionalProperties: false, ...(description === "" ? {} : { description }) });
}

/** A whole number from `minimum` to `maximum`. */
export function integer(
  minimum: number,
  maximum: number,
  options: Readonly<{ default?: number; description: string }>,
) {
  return Type.Integer({ minimum, maximum, ...options });
}
