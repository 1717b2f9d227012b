import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { understand } from "../../compiler/compile.ts";
import { runCli } from "./run-cli.ts";

const patienceMs = 180_000;
const policies = join(import.meta.dir, "../../policies");
const names = readdirSync(policies, { recursive: true, encoding: "utf8" });
const configs = names.filter((name) => name.endsWith(".toml"));

test(
  "the policy tests of all examples pass, and exercise every rule and every clause",
  async () => {
    const argv = ["test", "--config", join(policies, "arouter.toml"), "--min-coverage", "100"];
    const { code, out, err } = await runCli(argv);
    expect(err).toBe("");
    expect(out).toMatch(/^\d+ tests: \d+ passed, 0 failed\nCoverage of rules and their clauses: 100 % /m);
    expect(code).toBe(0);
  },
  patienceMs,
);

test("every example has policy tests of its own", () => {
  const tested = names
    .filter((name) => name.endsWith(".test.yaml"))
    .map((name) => {
      const named = /^config: (\S+)$/m.exec(readFileSync(join(policies, name), "utf8"))?.[1] ?? "";
      return join(name, "..", named);
    });
  expect(tested.sort()).toEqual(configs.sort());
});

test.each(configs)("%s compiles without a warning", async (name) => {
  const understood = await understand(join(policies, name));
  expect(understood.diagnostics.filter(({ severity }) => severity !== "note")).toEqual([]);
  expect(understood.ok, basename(name)).toBe(true);
});
