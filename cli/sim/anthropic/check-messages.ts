import type { Headers } from "../api.ts";
import { firstViolation } from "../check/first-violation.ts";
import type { Shape } from "../check/shape.ts";
import { isObject, type Json } from "../json.ts";
import type { Problem } from "../reply.ts";
import { plainModel } from "../script/directive.ts";
import { invalid } from "./invalid.ts";
import { cacheMarks } from "./laws/cache-marks.ts";
import type { Law } from "./laws/law.ts";
import { media } from "./laws/media.ts";
import { output } from "./laws/output.ts";
import { sampling } from "./laws/sampling.ts";
import { texts } from "./laws/texts.ts";
import { thinkingBlocks } from "./laws/thinking-blocks.ts";
import { thinkingMode } from "./laws/thinking-mode.ts";
import { threads } from "./laws/threads.ts";
import { toolTurns } from "./laws/tool-turns.ts";
import { tools } from "./laws/tools.ts";
import { turns } from "./laws/turns.ts";
import { version } from "./laws/version.ts";
import { messagesShape } from "./messages-shape.ts";
import { modelMissing } from "./model-list.ts";
import { claudeModel } from "./models.ts";
import { violationProblem } from "./violation-problem.ts";

const laws: readonly Law[] = [
  threads,
  output,
  sampling,
  thinkingMode,
  turns,
  texts,
  tools,
  toolTurns,
  thinkingBlocks,
  version,
  media,
  cacheMarks,
];

type ShapeOf = (version: string, beta: boolean) => Shape;

/** Why Anthropic would turn a body of Messages, or of its token counter, down; undefined when it would not. */
export function checkMessages(
  body: Json,
  headers: Headers,
  models: readonly string[] | undefined,
  shapeOf: ShapeOf = messagesShape,
): Problem | undefined {
  if (!isObject(body)) return invalid("The request body is not a JSON object.");
  const apiVersion = headers["anthropic-version"] ?? "";
  const violation = firstViolation(body, shapeOf(apiVersion, headers["anthropic-beta"] !== undefined));
  if (violation !== undefined) return violationProblem(violation);
  const name = plainModel(String(body["model"]));
  const missing = modelMissing(name, models);
  if (missing !== undefined) return missing;
  const model = claudeModel(name);
  for (const law of laws) {
    const problem = law(body, model, apiVersion);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
