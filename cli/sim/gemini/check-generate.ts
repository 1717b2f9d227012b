import type { Call } from "../api.ts";
import { firstViolation } from "../check/first-violation.ts";
import { protoFields } from "../check/proto-fields.ts";
import type { Shape } from "../check/shape.ts";
import { isObject, type JsonObject } from "../json.ts";
import type { Problem } from "../reply.ts";
import { plainModel } from "../script/directive.ts";
import { invalid } from "./invalid.ts";
import { cachedContent } from "./laws/cached-content.ts";
import { declarations } from "./laws/declarations.ts";
import { functionTurns } from "./laws/function-turns.ts";
import type { Law } from "./laws/law.ts";
import { media } from "./laws/media.ts";
import { output } from "./laws/output.ts";
import { signatures } from "./laws/signatures.ts";
import { thinking } from "./laws/thinking.ts";
import { toolOptions } from "./laws/tool-options.ts";
import { turns } from "./laws/turns.ts";
import { modelMissing } from "./model-list.ts";
import { geminiModel } from "./models.ts";
import { generateShape } from "./request-shape.ts";
import { violationProblem } from "./violation-problem.ts";

const laws: readonly Law[] = [
  turns,
  functionTurns,
  signatures,
  declarations,
  toolOptions,
  thinking,
  output,
  media,
  cachedContent,
];

/** The model of the URL, `@sim:` directive included. */
export function modelOf({ params }: Pick<Call, "params">): string {
  return params["model"] ?? "";
}

/** A body with the field names of its shape; empty when it is no object. */
export function readBody(call: Pick<Call, "body">, shape: Shape): JsonObject {
  const body = protoFields(call.body, shape);
  return isObject(body) ? body : {};
}

/** Why Google would turn a call down before it looks at what its fields mean together. */
export function checkShape(call: Call, shape: Shape, method: string): Problem | undefined {
  const missing = modelMissing(plainModel(modelOf(call)), call.state.settings.models, method);
  if (missing !== undefined) return missing;
  if (!isObject(call.body)) return invalid("Invalid JSON payload received. Expected an object.");
  const violation = firstViolation(readBody(call, shape), shape);
  return violation === undefined ? undefined : violationProblem(violation);
}

/** Why Google would turn a well-formed request for content down; undefined when it would not. */
export function checkLaws(body: JsonObject, call: Call): Problem | undefined {
  const name = plainModel(modelOf(call));
  for (const law of laws) {
    const problem = law(body, geminiModel(name), name);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Why Google would turn a `:generateContent` call down; undefined when it would not. */
export function checkGenerate(call: Call, method: string): Problem | undefined {
  return checkShape(call, generateShape, method) ?? checkLaws(readBody(call, generateShape), call);
}
