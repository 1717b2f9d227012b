import { expect, test } from "bun:test";
import { configReference, diagnosticsReference } from "../../compiler/reference.ts";

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

test("the README's configuration reference is the schemas'", async () => {
  await expectGenerated("config", configReference());
});

test("the README's diagnostics table is the compiler's", async () => {
  await expectGenerated("diagnostics", diagnosticsReference());
});
