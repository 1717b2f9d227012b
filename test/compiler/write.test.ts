import { expect, test } from "bun:test";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { compile } from "../../compiler/compile.ts";
import { generatedMark } from "../../compiler/emit-header.ts";
import { ForeignFileError, write } from "../../compiler/write.ts";
import { withFolder } from "../support/temporary-folder.ts";

const patienceMs = 60_000;
const old = `${generatedMark}\n// old\n`;
const files = [
  { path: "index.ts", text: `${generatedMark}\n// new index\n` },
  { path: "router.gen.ts", text: `${generatedMark}\n// new router\n` },
];

async function contents(folder: string): Promise<Readonly<Record<string, string>>> {
  const names = (await readdir(folder)).sort();
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), "utf8")])),
  );
}

test("generated files are replaced, stale ones go, a user's own stay", async () => {
  const before = { "router.gen.ts": old, "rule-index.gen.ts": old, "notes.md": "mine", "mine.gen.ts": "// mine" };
  await withFolder(before, async (folder) => {
    await write(folder, files);
    expect(await contents(folder)).toEqual({
      "index.ts": files[0]?.text ?? "",
      "router.gen.ts": files[1]?.text ?? "",
      "notes.md": "mine",
      "mine.gen.ts": "// mine",
    });
  });
});

test("a file that the compiler did not write is never replaced, and then nothing is", async () => {
  const before = { "index.ts": "// mine\n", "router.gen.ts": old };
  await withFolder(before, async (folder) => {
    const problem = await write(folder, files).catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(ForeignFileError);
    expect(String(problem)).toContain(`${join(folder, "index.ts")} was not written by arouter`);
    expect(await contents(folder)).toEqual(before);
  });
});

test("when one file cannot be put in place, no temporary file is left", async () => {
  await withFolder({ "index.ts/in-the-way": "x" }, async (folder) => {
    expect(
      await write(folder, files).then(
        () => "written",
        () => "failed",
      ),
    ).toBe("failed");
    expect((await readdir(folder)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});

test(
  "R21 a configuration with errors touches nothing on disk",
  async () => {
    const before = {
      "arouter.toml": '[router]\npolicy_file = "policies.yaml"\n',
      "policies.yaml": "rules:\n  - name: a\n    when: { tokens_inptu_lt: 1 }\n    then: { model: gpt-4o }\n",
      "dist/gateway/index.ts": old,
    };
    await withFolder(before, async (folder) => {
      const compiled = await compile(join(folder, "arouter.toml"), { outDir: join(folder, "dist/gateway") });
      expect(compiled.ok ? [] : compiled.diagnostics.map(({ code }) => code)).toEqual(["AR111"]);
      expect(await contents(join(folder, "dist/gateway"))).toEqual({ "index.ts": old });
    });
  },
  patienceMs,
);
