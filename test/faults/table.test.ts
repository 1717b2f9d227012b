import { describe, expect, test } from "bun:test";
import { expectGolden } from "../support/golden.ts";
import { faultTable } from "./table/fault-table.ts";
import type { Proof } from "./table/row.ts";
import { runCase } from "./table/run-case.ts";
import { sections } from "./table/sections.ts";

const root = new URL("../../", import.meta.url).pathname;
const caseMs = 30_000;

for (const { title, rows } of sections) {
  describe(title, () => {
    for (const { id, fault, cases = [] } of rows) {
      for (const one of cases) {
        const lacks = one.kind === "exchanges" && one.needs !== undefined && Bun.which(one.needs) === null;
        test.skipIf(lacks)(
          [one.proves, id, one.name === undefined ? fault : `${fault}: ${one.name}`].filter(Boolean).join(" "),
          () => runCase(one),
          one.kind === "scene" ? (one.timeoutMs ?? caseMs) : caseMs,
        );
      }
    }
  });
}

describe("the table", () => {
  const rows = sections.flatMap((section) => section.rows);

  test("has a row for every fault once, and a proof in every row", () => {
    const ids = rows.map(({ id }) => id);
    expect([...new Set(ids)]).toEqual(ids);
    expect(rows.filter(({ cases = [], provenBy = [] }) => cases.length + provenBy.length === 0)).toEqual([]);
  });

  test("names proofs that exist", async () => {
    const proofs = rows.flatMap(({ provenBy = [] }) => provenBy);
    const missing = await Promise.all(proofs.map(async (proof) => ((await exists(proof)) ? [] : [proof])));
    expect(missing.flat()).toEqual([]);
  });

  test("is what docs/faults.md says", () => expectGolden(`${root}docs/faults.md`, faultTable(sections)));
});

/** A title stands in its file as a string of its own. */
async function exists(proof: Proof): Promise<boolean> {
  if ("compilerCase" in proof) {
    return Bun.file(`${root}test/compiler/cases/${proof.compilerCase}/diagnostics.json`).exists();
  }
  const file = Bun.file(root + proof.file);
  return (await file.exists()) && (await file.text()).includes(JSON.stringify(proof.title));
}
