import { ConfigSchema } from "./config.ts";
import { PoliciesSchema } from "./policies.ts";
import { PolicyTestSchema } from "./policy-test.ts";
import { type Shape, shapeOf } from "./shape.ts";

/** JSON Schemas for editors, by the name of the checked-in file beside this one. */
export const editorSchemas: Readonly<Record<string, Shape & Readonly<{ $schema: string; title: string }>>> = {
  "arouter.schema.json": { ...meta("ARouter configuration"), ...shapeOf(ConfigSchema) },
  "policies.schema.json": { ...meta("ARouter policies"), ...shapeOf(PoliciesSchema) },
  "policy-test.schema.json": { ...meta("ARouter policy tests"), ...shapeOf(PolicyTestSchema) },
};

function meta(title: string): Readonly<{ $schema: string; title: string }> {
  return { $schema: "https://json-schema.org/draft/2020-12/schema", title };
}
