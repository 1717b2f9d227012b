import type { AnsweredCall } from "../upstream/attempt.ts";
import type { Verdict } from "../validation/validation.ts";
import type { Block } from "../wire/canonical.ts";

/** What the request's validators say of a whole answer. */
export async function judgeAnswer(call: AnsweredCall, blocks: readonly Block[]): Promise<Verdict> {
  const { input, deps } = call;
  if (input.validate.length === 0) return { kind: "not-applicable" };
  const startedMs = deps.upstream.now();
  const verdict = await deps.validation.check(input.validate, { blocks, schema: input.facts.outputSchema() });
  if (verdict.kind === "unchecked")
    deps.log.warn(`an answer of ${call.target.model} went unchecked: ${verdict.message}`);
  return { ...verdict, timing: { startedMs, ms: deps.upstream.now() - startedMs } };
}
