import { afterAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load } from "../../compiler/load.ts";
import { compileCase } from "./compile-case.ts";

const root = mkdtempSync(join(tmpdir(), "arouter-load-"));
afterAll(() => rmSync(root, { recursive: true }));

/** A new folder with these files; returns the path of its configuration. */
function folder(files: Readonly<Record<string, string | Uint8Array>>): string {
  const path = mkdtempSync(join(root, "case-"));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(path, name, ".."), { recursive: true });
    writeFileSync(join(path, name), content);
  }
  return join(path, "arouter.toml");
}

const toml = (policy: string) => `[router]\npolicy_file = "${policy}"\n`;
const policies = "rules:\n  - name: a\n    then: { model: m, validate: [answer.json] }\n";

test("R74 names are relative to the file that holds them, and reported relative to the configuration", async () => {
  const config = folder({
    "arouter.toml": toml("rules/policies.yaml"),
    "rules/policies.yaml": policies,
    "rules/answer.json": "{}",
  });
  const loaded = await load(config);
  expect(loaded.ok && loaded.value).toEqual({
    config: { file: "arouter.toml", text: toml("rules/policies.yaml") },
    policies: { file: "rules/policies.yaml", text: policies },
    schemas: [{ name: "answer.json", source: { file: "rules/answer.json", text: "{}" } }],
    unusable: [],
  });
});

test("R74 a policy file outside the configuration's folder", async () => {
  const config = folder({ "conf/arouter.toml": toml("../policies.yaml"), "policies.yaml": "rules: []\n" });
  const loaded = await load(join(config, "../conf/arouter.toml"));
  expect(loaded.ok && loaded.value.policies?.file).toBe("../policies.yaml");
});

test("a byte order mark is no part of the text", async () => {
  const config = folder({ "arouter.toml": `\ufeff${toml("p.yaml")}`, "p.yaml": "\ufeffrules: []\n" });
  const { diagnostics, sources } = await compileCase(config);
  expect(diagnostics).toEqual([]);
  expect(sources?.policies?.text).toBe("rules: []\n");
});

test.each([
  ["does not exist", () => join(root, "nowhere", "arouter.toml")],
  ["is not a regular file", () => root],
  ["is larger than 8 MiB", () => folder({ "arouter.toml": "#".repeat(8 * 1024 * 1024 + 1) })],
  ["is not UTF-8 text", () => folder({ "arouter.toml": Uint8Array.of(0x61, 0xff) })],
])("a configuration that %s is AR001", async (reason, path) => {
  const loaded = await load(path());
  expect(loaded.ok ? [] : loaded.diagnostics.map(({ code, message }) => [code, message])).toEqual([
    ["AR001", `The configuration file ${reason}.`],
  ]);
});

test.each([
  ["does not exist", {}],
  ["is not a regular file", { "policies.yaml/keep": "" }],
  ["is larger than 8 MiB", { "policies.yaml": "#".repeat(8 * 1024 * 1024 + 1) }],
  ["is not UTF-8 text", { "policies.yaml": Uint8Array.of(0x61, 0xff) }],
])("a policy file that %s is AR002 where it is named", async (reason, files) => {
  const { diagnostics } = await compileCase(folder({ "arouter.toml": toml("policies.yaml"), ...files }));
  expect(diagnostics.map(({ code, message, span }) => ({ code, message, span }))).toEqual([
    {
      code: "AR002",
      message: `The file "policies.yaml" ${reason}.`,
      span: { file: "arouter.toml", start: 23, end: 38 },
    },
  ]);
});

test("eight MiB are not too large", async () => {
  const { diagnostics } = await compileCase(folder({ "arouter.toml": "#".repeat(8 * 1024 * 1024) }));
  expect(diagnostics).toEqual([]);
});

test.skipIf(process.platform === "win32")("a device is refused before it is read", async () => {
  const config = folder({ "arouter.toml": toml("zero") });
  symlinkSync("/dev/zero", join(config, "../zero"));
  const { diagnostics } = await compileCase(config);
  expect(diagnostics.map((one) => one.message)).toEqual(['The file "zero" is not a regular file.']);
});
