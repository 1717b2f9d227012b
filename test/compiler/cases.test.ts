import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { allCodes } from "../../compiler/codes.ts";
import { printIR } from "../../compiler/print-ir.ts";
import { renderJson, renderPretty } from "../../compiler/render.ts";
import { withoutNotes } from "../../compiler/without-notes.ts";
import { expectGolden } from "../support/golden.ts";
import { caseFolder, caseNames, codeExamples, fixed, frontOf } from "./code-examples.ts";

const patienceMs = 180_000;

const isFixed = (name: string) => name.endsWith(fixed);
const isValid = (name: string) => name.startsWith("valid-") || name === "seed-sample";
const isWarned = (name: string) => name.startsWith("warn-") || ["seed-sample", "valid-everything"].includes(name);
const isNoted = (name: string) => name.startsWith("note-");

test.each(caseNames.filter((name) => !isFixed(name)))(
  "R21 case %s",
  async (name) => {
    const front = await frontOf(name);
    const { diagnostics, ir, facts } = front;
    expect(ir !== undefined).toBe(isValid(name) || isWarned(name) || isNoted(name));
    const isGrave = diagnostics.some(({ severity }) => severity !== "note");
    expect(isGrave).toBe(!(isValid(name) || isNoted(name)) || isWarned(name));
    if (isGrave || isNoted(name)) {
      const pretty = renderPretty(front, { color: false });
      await expectGolden(join(caseFolder(name), "diagnostics.txt"), pretty);
      await expectGolden(join(caseFolder(name), "diagnostics.json"), renderJson(front));
    }
    for (const { severity, message, hint = "" } of diagnostics) {
      if (severity !== "note") expect(hint, `a hint for: ${message}`).not.toBe("");
    }
    if (ir !== undefined && isValid(name)) {
      await expectGolden(join(caseFolder(name), "ir.txt"), `${printIR(ir)}facts ${JSON.stringify(facts)}\n`);
    }
  },
  patienceMs,
);

test.each(caseNames.filter(isFixed))(
  "R21 case %s: no warning is left once the mistake is corrected",
  async (name) => {
    const { ir, ...findings } = await frontOf(name);
    expect(renderPretty(withoutNotes(findings), { color: false })).toBe("");
    expect(ir).toBeDefined();
    expect(caseNames).toContain(name.slice(0, -fixed.length));
  },
  patienceMs,
);

test(
  "every diagnostic code has a case that fails and one that passes",
  async () => {
    const examples = await codeExamples();
    // No input is known that makes the compiler emit code that does not type-check.
    const wanted = allCodes.filter((code) => code !== "AR900");
    expect(wanted.filter((code) => !examples.has(code))).toEqual([]);
  },
  patienceMs,
);

test("no golden file holds a secret of its case", async () => {
  const secrets = [
    "sk-...",
    "sk-ant-...",
    "sk-live-0123456789abcdef",
    "local-literal-key",
    "pool-literal-key",
    "hunter2",
    "0123456789",
  ];
  for (const name of caseNames) {
    for (const file of readdirSync(caseFolder(name)).filter((one) => /^(diagnostics\.|ir\.)/.test(one))) {
      const text = await Bun.file(join(caseFolder(name), file)).text();
      for (const secret of secrets) expect(text, `${name}/${file}`).not.toContain(secret);
    }
  }
});
