import { expect, test } from "bun:test";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Compiled, compile } from "../../compiler/compile.ts";
import { printIR } from "../../compiler/print-ir.ts";
import { renderPretty } from "../../compiler/render.ts";
import { expectGolden } from "../support/golden.ts";

const folder = join(import.meta.dir, "golden");
/** On an idle machine a compile takes half a second. */
const patienceMs = 60_000;
const cases = ["every-condition", "many-rules", "no-rules", "routes", "seed-sample", "upstreams"];

/** Compiles a case into a folder of its own, as a user would from the configuration's folder. */
async function compileCase(name: string): Promise<Compiled> {
  const compiled = await compile(join(folder, name, "arouter.toml"), { outDir: join(folder, name, "expected") });
  if (!compiled.ok) throw new Error(renderPretty(compiled, { color: false }));
  return compiled;
}

test.each(cases)(
  "R50 R72 R74 case %s compiles to its golden files",
  async (name) => {
    const compiled = await compileCase(name);
    for (const { path, text } of compiled.files) await expectGolden(join(folder, name, "expected", path), text);
    expect((await readdir(join(folder, name, "expected"))).sort()).toEqual(compiled.files.map(({ path }) => path));
    await expectGolden(join(folder, name, "ir.txt"), printIR(compiled.ir));
  },
  patienceMs,
);

test(
  "Biome finds nothing to format in generated code",
  async () => {
    const scratch = await mkdtemp(join(tmpdir(), "arouter-format-"));
    try {
      const { formatter } = await Bun.file(join(import.meta.dir, "../../biome.json")).json();
      await Bun.write(join(scratch, "biome.json"), `${JSON.stringify({ root: true, formatter }, null, 2)}\n`);
      for (const name of cases) {
        for (const { path, text } of (await compileCase(name)).files) await Bun.write(join(scratch, name, path), text);
      }
      const biome = join(import.meta.dir, "../../node_modules/.bin/biome");
      const { exitCode, stdout, stderr } = Bun.spawnSync([biome, "format", "--colors=off", "."], { cwd: scratch });
      expect(`${stdout}${stderr}`).toContain("No fixes applied");
      expect(exitCode).toBe(0);
    } finally {
      await rm(scratch, { recursive: true });
    }
  },
  patienceMs,
);
