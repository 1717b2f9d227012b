import type { Validator } from "../contract.ts";
import { jsonTooDeepAt } from "../request/json-depth.ts";
import { createJsonScan } from "../request/json-scan.ts";
import type { Block, JsonObject } from "../wire/canonical.ts";
import { createSchemaChecker, type SchemaChecker } from "./schema-checker.ts";

export type Verdict = Finding &
  Readonly<{
    /** When it was looked for, on the monotonic clock; absent where that took no time of its own. */
    timing?: Readonly<{ startedMs: number; ms: number }>;
  }>;

type Finding =
  | Readonly<{ kind: "passed" }>
  /** There is nothing to validate against: `json_schema` asked for, and no schema in the request. */
  | Readonly<{ kind: "not-applicable" }>
  /** The answer is wrong; the next model of the chain may do better. `message` quotes no text of the answer. */
  | Readonly<{ kind: "failed"; reason: "no-text" | "not-json" | "schema-mismatch"; message: string }>
  /**
   * The check is at fault, not the answer. Treated as passed: another model's answer would meet the same check, so
   * walking the chain would pay for nothing.
   */
  | Readonly<{
      kind: "unchecked";
      reason: "bad-schema" | "timeout" | "overloaded" | "unknown-validator" | "crashed";
      message: string;
    }>;

export type Subject = Readonly<{
  blocks: readonly Block[];
  /** The request's own schema and what it is about; see `BodyFacts.outputSchema`. */
  schema: Readonly<{ schema: JsonObject; of: "text" | "tool-input" }> | undefined;
}>;

export type Validation = Readonly<{
  /** Runs the validators in order; the first failure is the verdict. Never rejects. */
  check(ids: readonly string[], subject: Subject): Promise<Verdict>;
  close(): void;
}>;

/**
 * Checks answers. `json_schema` means the schema of the request, which anyone may have written: it runs in
 * `checker`'s worker. Every other id is one of `validators`, compiled with the policy, and runs here.
 *
 * The answer is its text blocks joined, or each forced tool call's arguments, and must be JSON as it stands: a Markdown
 * fence around it fails, since the client is sent exactly this text.
 */
export function createValidation(
  validators: Readonly<Record<string, Validator>>,
  checker: SchemaChecker = createSchemaChecker(),
): Validation {
  return {
    check: async (ids, subject) => {
      let verdict: Verdict = { kind: "not-applicable" };
      for (const id of ids) {
        const each = await checkOne(id, subject);
        if (each.kind === "failed") return each;
        if (verdict.kind !== "unchecked" && each.kind !== "not-applicable") verdict = each;
      }
      return verdict;
    },
    close: checker.close,
  };

  async function checkOne(id: string, subject: Subject): Promise<Verdict> {
    const named = Object.hasOwn(validators, id) ? validators[id] : undefined;
    if (id !== "json_schema" && named === undefined) {
      return { kind: "unchecked", reason: "unknown-validator", message: `No validator is called "${id}".` };
    }
    if (named === undefined && subject.schema === undefined) return { kind: "not-applicable" };
    const answers = answersOf(subject);
    if (answers.length === 0) return { kind: "failed", reason: "no-text", message: nothing(subject) };
    for (const answer of answers) {
      const verdict =
        notJson(answer) ?? (named === undefined ? await checkSchema(subject, answer) : runNamed(id, named, answer));
      if (verdict.kind !== "passed") return verdict;
    }
    return { kind: "passed" };
  }

  async function checkSchema(subject: Subject, answer: string): Promise<Verdict> {
    const schema = JSON.stringify(subject.schema?.schema);
    if (schema.length > maxSchemaLength) {
      return badSchema(`it is longer than ${maxSchemaLength} characters`);
    }
    const outcome = await checker.check({ schema, value: answer });
    switch (outcome.kind) {
      case "valid":
        return { kind: "passed" };
      case "mismatch":
        return { kind: "failed", reason: "schema-mismatch", message: outcome.message };
      case "bad-schema":
        return badSchema(outcome.message);
      case "gave-up":
        return { kind: "unchecked", reason: "timeout", message: outcome.message };
      case "timeout":
        return { kind: "unchecked", reason: "timeout", message: "Validation took too long." };
      case "overloaded":
        return { kind: "unchecked", reason: "overloaded", message: "Too many answers wait for validation." };
      case "crashed":
        return { kind: "unchecked", reason: "crashed", message: "The validation worker ended." };
    }
  }
}

/** 256 Ki UTF-16 units of JSON; vendors accept less. */
const maxSchemaLength = 256 * 1024;

/** No answer of use nests like this, and what reads it further would run out of stack. */
const maxAnswerDepth = 1000;

function answersOf({ blocks, schema }: Subject): readonly string[] {
  if (schema?.of === "tool-input") {
    // A call without arguments may come as no text at all.
    return blocks.flatMap((block) => (block.kind === "tool-call" ? [block.argumentsText || "{}"] : []));
  }
  const text = blocks.map((block) => (block.kind === "text" ? block.text : "")).join("");
  return text === "" ? [] : [text];
}

function nothing({ schema }: Subject): string {
  return schema?.of === "tool-input" ? "The answer holds no tool call." : "The answer holds no text.";
}

function notJson(answer: string): Verdict | undefined {
  const message = jsonFault(answer);
  return message === undefined ? undefined : { kind: "failed", reason: "not-json", message: `The answer ${message}.` };
}

function jsonFault(answer: string): string | undefined {
  const deepAt = jsonTooDeepAt(answer, maxAnswerDepth);
  if (deepAt !== undefined) return `is nested deeper than ${maxAnswerDepth} levels at character ${deepAt}`;
  try {
    JSON.parse(answer);
    return undefined;
  } catch {
    const scan = createJsonScan()(answer);
    if (scan.kind !== "invalid") return "ends before its JSON does";
    return `${scan.afterValue ? "goes on after its JSON" : "is not JSON"} at character ${scan.at}`;
  }
}

function runNamed(id: string, validator: Validator, answer: string): Verdict {
  try {
    if (validator(JSON.parse(answer))) return { kind: "passed" };
    const error = validator.errors?.[0];
    const message = `${error?.instancePath || "/"} ${error?.message ?? "is not valid"}`;
    return { kind: "failed", reason: "schema-mismatch", message };
  } catch (thrown) {
    return { kind: "unchecked", reason: "crashed", message: `Validator "${id}" failed: ${String(thrown)}` };
  }
}

function badSchema(why: string): Verdict {
  return { kind: "unchecked", reason: "bad-schema", message: `The request's schema cannot be used: ${why}.` };
}
