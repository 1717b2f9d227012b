import { Type } from "typebox";

/** An object that knows all its keys: any other is a mistake to report. */
export function closed<Properties extends Parameters<typeof Type.Object>[0]>(properties: Properties, description = "") {
  return Type.Object(properties, { additionalProperties: false, ...(description === "" ? {} : { description }) });
}
