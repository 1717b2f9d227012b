import { expect, test } from "bun:test";
import { join } from "node:path";
import { Glob } from "bun";
import { spaceOf } from "../../compiler/analysis/space.ts";
import { type Witness, witnessFacts } from "../../compiler/analysis/witness.ts";
import { understand } from "../../compiler/compile.ts";
import { interpretRoute, matchingRule } from "../../compiler/interpret.ts";
import type { RuleIR } from "../../compiler/ir.ts";
import { loadRouter } from "../support/load-router.ts";

const root = join(import.meta.dir, "../..");
const examples = [...new Glob("policies/**/*.toml").scanSync(root)].sort();
/** Above this the product is no longer something to go through. */
const mostCells = 500_000;

const plain: Witness = {
  endpoint: "chat_completions",
  model: "gpt-4o",
  stream: false,
  hasTools: false,
  hasImage: false,
  inputTokens: 0,
  headers: {},
};

/** One request for every cell of the partition that the constants of the rules cut. */
function everyCell(rules: readonly RuleIR[]): readonly Witness[] {
  const { axes, open } = spaceOf(rules);
  expect(open.size).toBe(0);
  expect(axes.reduce((cells, axis) => cells * axis.cells.length, 1)).toBeLessThan(mostCells);
  return axes.reduce<readonly Witness[]>(
    (witnesses, axis) => witnesses.flatMap((witness) => axis.cells.map((cell) => cell.put(witness))),
    [plain],
  );
}

test("every example policy is found", () => {
  expect(examples).toEqual([
    "policies/arouter.toml",
    "policies/profiles/anthropic-proxy.toml",
    "policies/profiles/anyrouter.toml",
    "policies/profiles/arouter.toml",
    "policies/profiles/model-router.toml",
    "policies/upstreams.toml",
  ]);
});

test.each(examples)(
  "R26 R46 R47 emitted code and interpreter agree on every cell of %s",
  async (example) => {
    const understood = await understand(join(root, example));
    if (!understood.ok) throw new Error(`${example} has errors`);
    const { ir } = understood;
    const { route } = await loadRouter(ir);
    const witnesses = everyCell(ir.rules).map(witnessFacts);
    const reached = new Set<string | undefined>();
    for (const facts of witnesses) {
      expect(route(facts)).toEqual(interpretRoute(ir, facts));
      reached.add(matchingRule(ir, facts)?.name);
    }
    // Cells that miss a rule would prove nothing of it.
    expect([...reached].sort()).toEqual([...ir.rules.map(({ name }) => name), undefined].sort());
  },
  180_000,
);
