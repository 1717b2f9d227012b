import { Ajv2020 } from "ajv/dist/2020.js";
import { ajvOptions } from "../ajv-options.ts";
import { type Diagnostic, diagnostic } from "../diagnostics.ts";
import { entryOf, type MapNode, pointerPath, spanAt, toRecord } from "../node.ts";

const draft = "https://json-schema.org/draft/2020-12/schema";

/** Values of keywords are what the draft's own schema wants, and Ajv compiles the whole. */
export function schemaValidity(root: MapNode): readonly Diagnostic[] {
  const declared = entryOf(root, "$schema")?.value;
  if (declared !== undefined && !(declared.kind === "string" && declared.value.replace(/#$/, "") === draft)) {
    return [diagnostic("AR225", declared.span, "Only draft 2020-12 is supported.", { hint: `Write "${draft}".` })];
  }
  // An instance of its own, because Ajv refuses a second schema with the same $id.
  const ajv = new Ajv2020(ajvOptions);
  const schema = toRecord(root);
  if (!ajv.validateSchema(schema)) {
    return (ajv.errors ?? []).slice(0, 1).map(({ instancePath, message = "is not allowed" }) => {
      const path = pointerPath(instancePath);
      const subject = path.length === 0 ? "The schema" : JSON.stringify(path.at(-1));
      return diagnostic("AR225", spanAt(root, path), `${subject} ${message}.`);
    });
  }
  try {
    ajv.compile(schema);
    return [];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [diagnostic("AR225", { ...root.span, end: root.span.start + 1 }, `Ajv refuses the schema: ${reason}.`)];
  }
}
