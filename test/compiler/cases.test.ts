import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { codes } from "../../compiler/codes.ts";
import { printIR } from "../../compiler/print-ir.ts";
import { renderJson, renderPretty } from "../../compiler/render.ts";
import { expectGolden } from "../support/golden.ts";
import { compileCase } from "./compile-case.ts";

const folder = join(import.meta.dir, "cases");
const names = readdirSync(folder).sort();
/** The case's configuration, in whichever format it is about. */
const configOf = (name: string) =>
  join(
    folder,
    name,
    readdirSync(join(folder, name)).find((file) => /^(arouter|config)\./.test(file)) ?? "arouter.toml",
  );
const isValid = (name: string) => name.startsWith("valid-") || name === "seed-sample";
const isWarned = (name: string) => name.startsWith("warn-") || name === "seed-sample";

test.each(names)("R21 case %s", async (name) => {
  const { sources, diagnostics, ir, facts } = await compileCase(configOf(name));
  expect(ir !== undefined).toBe(isValid(name) || isWarned(name));
  expect(diagnostics.length > 0).toBe(!isValid(name) || isWarned(name));
  if (diagnostics.length > 0) {
    await expectGolden(join(folder, name, "diagnostics.txt"), renderPretty(diagnostics, sources, { color: false }));
    await expectGolden(join(folder, name, "diagnostics.json"), renderJson(diagnostics, sources));
  }
  if (ir !== undefined && isValid(name)) {
    await expectGolden(join(folder, name, "ir.txt"), `${printIR(ir)}facts ${JSON.stringify(facts)}\n`);
  }
});

test("every diagnostic code has a case", async () => {
  const found = await Promise.all(names.map((name) => compileCase(configOf(name))));
  const shown = new Set(found.flatMap(({ diagnostics }) => diagnostics.map((one) => one.code)));
  // No input is known that makes the compiler emit code that does not type-check.
  const wanted = Object.keys(codes).filter((code) => code !== "AR900");
  expect<string[]>([...shown].sort()).toEqual(wanted.sort());
});

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
  for (const name of names) {
    for (const file of readdirSync(join(folder, name)).filter((one) => /^(diagnostics\.|ir\.)/.test(one))) {
      const text = await Bun.file(join(folder, name, file)).text();
      for (const secret of secrets) expect(text, `${name}/${file}`).not.toContain(secret);
    }
  }
});
