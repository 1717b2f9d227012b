import { expect, test } from "bun:test";
import { join } from "node:path";
import { compile } from "../../compiler/compile.ts";
import { configReference, diagnosticsReference, dialectsReference } from "../../compiler/reference.ts";
import { codeExamples } from "../compiler/code-examples.ts";
import { withFolder } from "../support/temporary-folder.ts";

const readmeFile = Bun.file(new URL("../../README.md", import.meta.url));

/** What stands between the markers of a generated part; `UPDATE_GOLDEN=1` writes it. */
async function expectGenerated(name: string, expected: string): Promise<void> {
  const readme = await readmeFile.text();
  const part = new RegExp(`(<!-- generated:${name} -->\n)[^]*?(<!-- /generated:${name} -->)`);
  if (Bun.env["UPDATE_GOLDEN"] === "1" && Bun.env["CI"] === undefined) {
    await readmeFile.write(readme.replace(part, (_all, open, close) => `${open}\n${expected.trim()}\n\n${close}`));
  }
  const found = part.exec(await readmeFile.text())?.[0] ?? "";
  expect(found, "README is stale: run npm run golden").toContain(expected.trim());
}

test("R266 the README's configuration reference is the schemas'", async () => {
  await expectGenerated("config", configReference());
});

test("the README's table of upstreams is that of schemas/dialects", async () => {
  await expectGenerated("dialects", dialectsReference());
});

test("the README's diagnostics table is the compiler's, with lines of its failing cases", async () => {
  await expectGenerated("diagnostics", diagnosticsReference(await codeExamples()));
}, 180_000);

test("the README's examples of upstreams compile", async () => {
  const part = /## Upstreams\n([\s\S]*?)\n## /.exec(await readmeFile.text())?.[1] ?? "";
  const blocks = [...part.matchAll(/```(toml|ts)\n([\s\S]*?)```/g)].map(([, language, text = ""]) => ({
    language,
    text,
  }));
  const configs = blocks.filter(({ language }) => language === "toml");
  const transform = blocks.find(({ language }) => language === "ts")?.text ?? "";
  expect(configs).toHaveLength(2);
  for (const { text } of configs) {
    await withFolder({ "arouter.toml": text, "other.ts": transform }, async (folder) => {
      const compiled = await compile(join(folder, "arouter.toml"), { outDir: join(folder, "dist") });
      expect(compiled.diagnostics).toEqual([]);
    });
  }
});
