import { expect, spyOn } from "bun:test";
import { createSchemaCheck } from "../../../runtime/validation/check-schema.ts";
import { reloadStorm, reloads } from "./reload-scenes.ts";
import type { Proof, Row } from "./row.ts";

const checkTest = "test/runtime/validation/check-schema.test.ts";
const workerTest = "test/runtime/validation/schema-checker.test.ts";
const offTheLoop: Proof = {
  file: workerTest,
  title: "a catastrophic pattern times out, is no mismatch, and leaves the main thread free",
};

export const configuration: readonly Row[] = [
  {
    id: "F140",
    fault: "A pattern made to backtrack",
    provenBy: [
      offTheLoop,
      { file: checkTest, title: "a regex engine that gives up is not believed" },
      { compilerCase: "warn-slow-pattern" },
    ],
  },
  {
    id: "F141",
    fault: "A schema that refers to itself without end",
    provenBy: [
      { file: checkTest, title: "itself" },
      { file: checkTest, title: "a pair that is each other" },
      { compilerCase: "schema-loop" },
    ],
  },
  {
    id: "F142",
    fault: "A schema that is too wide or too deep",
    provenBy: [
      { file: checkTest, title: "too deep" },
      { file: checkTest, title: "too many properties in all" },
      { compilerCase: "schema-too-deep" },
      { compilerCase: "schema-too-wide" },
    ],
  },
  {
    id: "F143",
    fault: "The schema library prints what it cannot compile",
    cases: [{ kind: "scene", gets: "nothing on the console", run: quietly }],
  },
  {
    id: "F144",
    fault: "An enum of many values",
    provenBy: [{ file: checkTest, title: "too many enum values" }],
  },
  { id: "F145", fault: "uniqueItems over thousands of objects", provenBy: [offTheLoop] },
  {
    id: "F147",
    fault: "A request's schema that tries to run code",
    cases: [{ kind: "scene", gets: "a verdict; nothing ran", run: injected }],
    provenBy: [{ file: checkTest, title: "__proto__ is an ordinary name" }],
  },
  {
    id: "F148",
    fault: "Two schemas with one $id",
    provenBy: [
      { file: checkTest, title: "two schemas that claim one $id do not disturb each other" },
      { file: checkTest, title: "a schema that names itself the metaschema changes nothing for others" },
    ],
  },
  {
    id: "F150",
    fault: "A schema that would change the answer",
    provenBy: [
      { file: checkTest, title: "default does not change the value" },
      { file: checkTest, title: "no coercion" },
    ],
  },
  {
    id: "F151",
    fault: "Names in the configuration that would be code",
    provenBy: [
      {
        file: "test/compiler/emit-naughty.test.ts",
        title: "R50 whatever stands in a string of the configuration stays data",
      },
      {
        file: "test/compiler/emit-code.test.ts",
        title: "nothing in a comment ends it, hides it or commands the type checker",
      },
    ],
  },
  {
    id: "F152",
    fault: "YAML: bombs, cycles, tags, keys twice, words that look like values",
    provenBy: [
      { compilerCase: "alias-bomb" },
      { compilerCase: "alias-cycle" },
      { compilerCase: "yaml-tag" },
      { compilerCase: "duplicate-key-yaml" },
      { compilerCase: "merge-key" },
      { compilerCase: "tab-indentation" },
      { file: "test/compiler/policies.test.ts", title: "YAML 1.2: no, off and 0o17 are text, text and 15" },
      { file: "test/compiler/load.test.ts", title: "eight MiB are not too large" },
    ],
  },
  {
    id: "F154",
    fault: "A key that is not set, or empty",
    provenBy: [
      { file: "test/runtime/secrets.test.ts", title: "missing in both places" },
      {
        file: "test/runtime/fidelity.test.ts",
        title: "a provider without its key answers with the variable to set, and is not asked",
      },
      { compilerCase: "secret-syntax" },
    ],
  },
  {
    id: "F155",
    fault: "Typos, contradictions, rules and fallbacks nobody reaches",
    provenBy: [
      { compilerCase: "unknown-key-then" },
      { compilerCase: "unknown-key-far" },
      { compilerCase: "unknown-provider" },
      { compilerCase: "unroutable-model" },
      { compilerCase: "warn-unreachable" },
      { compilerCase: "warn-repeated-model" },
      { file: "test/compiler/write.test.ts", title: "when one file cannot be put in place, no temporary file is left" },
    ],
  },
  {
    id: "F156",
    fault: "A configuration that is broken when it is reloaded",
    cases: [
      {
        kind: "scene",
        gets: "answers by the old one; /healthz says why. A good one takes over, and what runs finishes on the old one",
        run: reloads,
      },
    ],
  },
  {
    id: "F157",
    fault: "50 reloads at once",
    cases: [{ kind: "scene", gets: "every answer; one reload serves all who asked", run: reloadStorm }],
  },
];

async function quietly(): Promise<void> {
  const printed = (["log", "warn", "error"] as const).map((name) =>
    spyOn(console, name).mockImplementation(() => undefined),
  );
  const check = createSchemaCheck();
  const tooWide = { properties: Object.fromEntries(Array.from({ length: 900 }, (_, at) => [`p${at}`, { $ref: "#" }])) };
  for (const schema of [{ $ref: "#" }, { type: "text" }, { format: "no-such-format" }, tooWide]) {
    check({ schema: JSON.stringify(schema), value: "{}" });
  }
  const calls = printed.flatMap((spy) => spy.mock.calls);
  for (const spy of printed) spy.mockRestore();
  expect(calls).toEqual([]);
}

async function injected(): Promise<void> {
  const check = createSchemaCheck();
  const code = "globalThis.injected = true";
  for (const text of [`");${code};("`, `\`);${code};(\``, `*/${code}/*`, `\u2028${code}//`, `\${${code}}`]) {
    const schema = { $id: text, title: text, properties: { [text]: { const: text, pattern: ".*" } }, required: [text] };
    const outcome = check({ schema: JSON.stringify(schema), value: JSON.stringify({ [text]: "other" }) });
    expect(["mismatch", "bad-schema"]).toContain(outcome.kind);
  }
  expect(Reflect.has(globalThis, "injected")).toBe(false);
}
