import { expect, test } from "bun:test";
import { join } from "node:path";
import { compile } from "../../compiler/compile.ts";
import { configReference, diagnosticsReference, dialectsReference } from "../../compiler/reference.ts";
import { runCli } from "../cli/run-cli.ts";
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

test("the README's policy tests pass with the README's policy, and cover what they say", async () => {
  const readme = await readmeFile.text();
  const yaml = (heading: string) => new RegExp(`## ${heading}\n[^]*?\`\`\`yaml\n([^]*?)\`\`\``).exec(readme)?.[1] ?? "";
  const files = {
    "arouter.toml": '[router]\npolicy_file = "policies.yaml"\n[providers.openai]\n[providers.anthropic]\n',
    "policies.yaml": yaml("A policy, explained"),
    "policies.test.yaml": yaml("Test a policy"),
  };
  await withFolder(files, async (folder) => {
    const { code, out } = await runCli(["test", "--config", join(folder, "arouter.toml"), "--coverage"]);
    expect([code, out]).toEqual([
      0,
      expect.stringContaining("3 tests: 3 passed, 0 failed\nCoverage of rules and their"),
    ]);
  });
});
