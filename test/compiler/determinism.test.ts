import { expect, test } from "bun:test";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { compile } from "../../compiler/compile.ts";
import { write } from "../../compiler/write.ts";
import { withFolder } from "../support/temporary-folder.ts";

const patienceMs = 60_000;

/** Secrets in every form, a schema file, and enough rules for the index. */
const files = {
  "conf/arouter.toml": `
listen_addr = "127.0.0.1:8080"
[router]
policy_file = "policies.yaml"
[auth]
keys = ["client-secret-1", "env.CLIENT_KEY"]
[providers.openai]
api_key = "sk-live-openai-secret"
[providers.anthropic]
api_key = "env.ANTHROPIC_API_KEY"
`,
  "conf/policies.yaml": `rules:
${Array.from(
  { length: 70 },
  (_, n) => `  - name: rule_${n}
    when: { header: { x-tenant: t${n} } }
    then: { model: gpt-4o, validate: [answer.schema.json] }
`,
).join("")}`,
  "conf/answer.schema.json": '{"type": "object", "properties": {"a": {"type": "string", "minLength": 2}}}',
};

async function compiledIn(folder: string): Promise<Readonly<Record<string, string>>> {
  const outDir = join(folder, "dist/gateway");
  const compiled = await compile(join(folder, "conf/arouter.toml"), { outDir });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.diagnostics));
  await write(outDir, compiled.files);
  const names = (await readdir(outDir)).sort();
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(outDir, name), "utf8")])),
  );
}

test(
  "R75 R76 two compiles in two folders are byte-identical, and hold no secret, no absolute path and no foreign import",
  async () => {
    const [first, second] = await Promise.all([
      withFolder(files, async (folder) => ({ folder, written: await compiledIn(folder) })),
      withFolder(files, async (folder) => ({ folder, written: await compiledIn(folder) })),
    ]);
    expect(first.folder).not.toBe(second.folder);
    expect(second.written).toEqual(first.written);
    expect(Object.keys(first.written)).toEqual([
      "catalog.gen.ts",
      "index.ts",
      "prices.gen.ts",
      "router.gen.ts",
      "rule-index.gen.ts",
      "validators.gen.d.ts",
      "validators.gen.js",
    ]);
    for (const [name, text] of Object.entries(first.written)) {
      for (const secret of ["client-secret-1", "sk-live-openai-secret"]) expect(text, name).not.toContain(secret);
      for (const path of [first.folder, import.meta.dir, process.cwd(), "file://"])
        expect(text, name).not.toContain(path);
      expect(text, name).not.toMatch(/\brequire\(|\bimport\(/);
      const imported = [...text.matchAll(/\bfrom "([^"]+)"/g)].map(([, specifier = ""]) => specifier);
      expect(
        imported.filter(
          (one) => !/^arouter\/(runtime|tokenizer)$/.test(one) && !Object.hasOwn(first.written, one.replace("./", "")),
        ),
      ).toEqual([]);
    }
    expect(first.written["catalog.gen.ts"]).toContain('configFile: "../../conf/arouter.toml"');
  },
  patienceMs,
);
