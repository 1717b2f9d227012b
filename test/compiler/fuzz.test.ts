import { expect, test } from "bun:test";
import { join } from "node:path";
import fc from "fast-check";
import { renderJson, renderPretty } from "../../compiler/render.ts";
import { type Sources, sourceFiles } from "../../compiler/span.ts";
import { compileSources } from "./compile-case.ts";
import { sourcesOf } from "./sources-of.ts";

const cases = join(import.meta.dir, "cases");
const read = (path: string) => Bun.file(join(cases, path)).text();
const config = await read("valid-everything/arouter.toml");
const policies = await read("valid-everything/rules/policies.yaml");
const schema = await read("valid-everything/rules/schemas/answer.json");

/** Whatever the text: a value or diagnostics, every place inside its file, and something to print. */
function expectSound(sources: Sources): void {
  const { ir, diagnostics } = compileSources(sources);
  expect(ir !== undefined).toBe(diagnostics.every((one) => one.severity !== "error"));
  expect(diagnostics.length).toBeLessThanOrEqual(100);
  for (const { span, related = [], message } of diagnostics) {
    expect(message).not.toBe("");
    for (const place of [span, ...related.map((one) => one.span)]) {
      const length = sourceFiles(sources).find(({ file }) => file === place.file)?.text.length ?? -1;
      expect(place.start).toBeGreaterThanOrEqual(0);
      expect(place.end).toBeGreaterThanOrEqual(place.start);
      expect(place.end).toBeLessThanOrEqual(length);
    }
  }
  const report = JSON.parse(renderJson({ diagnostics, sources }));
  expect(report.diagnostics).toHaveLength(diagnostics.length);
  expect(renderPretty({ diagnostics, sources }, { color: false }) === "").toBe(diagnostics.length === 0);
}

/** Pieces that mean something to one of the parsers, between pieces that do not. */
const snippet = fc.oneof(
  fc.constantFrom(
    ..."{ } [ ] : , - # & * ! | > ' \" \\ = . \t \n \r\n ? @ % ` << --- ... &a *a !!x null true 1e999 -0 .inf 0x1f $ref \u0000 \ufeff \u2028 é 𝒳".split(
      " ",
    ),
  ),
  fc.constantFrom(
    "\n  ",
    "rules:",
    "- name: a",
    "when:",
    "then: {model: m}",
    "[providers.x]",
    "__proto__",
    "constructor",
  ),
  fc.string({ unit: "binary", maxLength: 5 }),
);

type Edit = Readonly<{ at: number; remove: number; insert: readonly string[] }>;

const edits: fc.Arbitrary<readonly Edit[]> = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    remove: fc.oneof(fc.constant(0), fc.nat(3), fc.nat(60)),
    insert: fc.array(snippet, { maxLength: 3 }),
  }),
  { minLength: 1, maxLength: 4 },
);

function mutated(text: string, changes: readonly Edit[]): string {
  return changes.reduce((current, { at, remove, insert }) => {
    const start = Math.floor(at * current.length);
    return current.slice(0, start) + insert.join("") + current.slice(start + remove);
  }, text);
}

const text = fc.oneof(
  fc.array(snippet, { maxLength: 40 }).map((pieces) => pieces.join("")),
  fc.string({ unit: "binary", maxLength: 80 }),
  fc.uint8Array({ maxLength: 80 }).map((bytes) => new TextDecoder().decode(bytes)),
);

const runs = { numRuns: 150 };
/** Generous: the machine may be busy with other tests. */
const timeoutMs = 60_000;

test(
  "R21 arbitrary text in any file gives diagnostics inside it, never a throw",
  () => {
    fc.assert(
      fc.property(text, text, text, (a, b, c) => expectSound(sourcesOf(a, b, { "a.json": c }))),
      runs,
    );
  },
  timeoutMs,
);

test(
  "R72 a mutated configuration",
  () => {
    fc.assert(
      fc.property(edits, (changes) => expectSound(sourcesOf(mutated(config, changes), policies))),
      runs,
    );
  },
  timeoutMs,
);

/** Everything that the spelling pass turns into something else. */
const spelt = `spec:
  apiKeys: [env.A, $RANDOM_KEY]
  providers:
    zai:
      endpoint: https://api.z.ai/api/anthropic
      apiKey: env.ZAI_KEY
  models:
    - { name: glm, provider: zai, alias: "claude-*" }
  tiers:
    opus: { upstream: "http://localhost:1", modelId: m, keyEnv: K, timeoutS: 3 }
  retry: { maxRetries: 3, initialDelay: 100ms, retrySameProvider: true }
  auth: { openid: {}, adminUI: true }
`;

/** The same sources with another configuration in place of \`arouter.toml\`. */
function configured(file: string, text: string): Sources {
  return { ...sourcesOf(""), config: { file, text } };
}

test("R239 what is mutated is a configuration", () => {
  expect(compileSources(configured("config.yaml", spelt)).diagnostics.map(({ code }) => code)).toEqual([
    "AR304",
    "AR304",
  ]);
});

test(
  "R239 a mutated configuration in another spelling",
  () => {
    fc.assert(
      fc.property(edits, (changes) => expectSound(configured("config.yaml", mutated(spelt, changes)))),
      runs,
    );
  },
  timeoutMs,
);

test(
  "a literal key in a YAML list never shows, however broken the file around it",
  () => {
    const secret = "qX7-very-secret-0123456789";
    fc.assert(
      fc.property(edits, edits, (first, second) => {
        const before = mutated("providers:\n  zai: { endpoint: 5 }\n", first.slice(0, 1));
        const after = mutated("retry: { maxRetries: 11 }\n", second);
        const sources = configured("config.yaml", `${before}apiKeys:\n  - env.A\n  - ${secret}\n${after}`);
        const { ir, diagnostics } = compileSources(sources);
        expect(renderJson({ diagnostics, sources })).not.toContain(secret);
        expect(renderPretty({ diagnostics, sources }, { color: false })).not.toContain(secret);
        expect(JSON.stringify(ir) ?? "").not.toContain(secret);
      }),
      runs,
    );
  },
  timeoutMs,
);

test(
  "R21 a mutated policy file",
  () => {
    fc.assert(
      fc.property(edits, (changes) => expectSound(sourcesOf(config, mutated(policies, changes)))),
      runs,
    );
  },
  timeoutMs,
);

test(
  "a mutated schema file",
  () => {
    const policy = "rules:\n  - name: a\n    then: { model: m, validate: [a.json] }\n";
    const withSchema = (changed: string) => sourcesOf("", policy, { "a.json": changed });
    fc.assert(
      fc.property(edits, (changes) => expectSound(withSchema(mutated(schema, changes)))),
      runs,
    );
  },
  timeoutMs,
);

test(
  "a literal key never shows, however broken the file around it",
  () => {
    const secret = "qX7-very-secret-0123456789";
    fc.assert(
      fc.property(edits, edits, edits, (first, second, third) => {
        const sources = sourcesOf(
          [
            mutated("[providers.openai]\n", first.slice(0, 1)),
            `api_key = "${secret}"\n`,
            mutated("base_url = 5\n[auth]\n", second),
            `keys = ["env.A", "${secret}"`,
            mutated("]\nmode = 7\n", third),
          ].join(""),
        );
        const { ir, diagnostics } = compileSources(sources);
        expect(renderJson({ diagnostics, sources })).not.toContain(secret);
        expect(renderPretty({ diagnostics, sources }, { color: false })).not.toContain(secret);
        expect(JSON.stringify(ir) ?? "").not.toContain(secret);
      }),
      runs,
    );
  },
  timeoutMs,
);
