import { describe, test } from "bun:test";
import { runCase } from "./table/run-case.ts";
import { sections } from "./table/sections.ts";

const caseMs = 30_000;

for (const { title, rows } of sections) {
  describe(title, () => {
    for (const { id, fault, cases = [] } of rows) {
      for (const one of cases) {
        const lacks = one.kind === "exchanges" && one.needs !== undefined && Bun.which(one.needs) === null;
        test.skipIf(lacks)(
          `${id} ${fault}${one.name === undefined ? "" : `: ${one.name}`}`,
          () => runCase(one),
          one.kind === "scene" ? (one.timeoutMs ?? caseMs) : caseMs,
        );
      }
    }
  });
}
