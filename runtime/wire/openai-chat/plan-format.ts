import type { Dialect } from "../../contract.ts";
import type { OutputFormat, Request } from "../canonical.ts";
import { anyJsonInstruction, schemaInstruction } from "../json-instruction.ts";
import { lacks } from "../lacks.ts";

/** The form of the answer: what `response_format` says, and what has to be said in words instead. */
export type FormatPlan = Readonly<{ sent: OutputFormat | undefined; instruction: string | undefined }>;

/** Servers without schemas get `json_object` and the schema in words; those without either, words alone. */
export function planFormat(format: OutputFormat | undefined, dialect: Dialect): FormatPlan {
  const isTold =
    (format?.kind === "json-object" && lacks(dialect, "json-object")) ||
    (format?.kind === "json-schema" && lacks(dialect, "json-schema"));
  if (format === undefined || !isTold) return { sent: format, instruction: undefined };
  return {
    sent: lacks(dialect, "json-object") ? undefined : { kind: "json-object" },
    instruction: format.kind === "json-schema" ? schemaInstruction(format.schema) : anyJsonInstruction,
  };
}

/** What has to be said in words is the last thing the system says before the conversation. */
export function withInstruction(request: Request, instruction: string | undefined): Request {
  if (instruction === undefined) return request;
  return { ...request, system: [...request.system, { kind: "text", text: instruction }] };
}
