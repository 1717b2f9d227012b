import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { TOML, YAML } from "bun";
import { editorSchemas } from "../../schemas/editor-schemas.ts";

const folder = join(import.meta.dir, "../../schemas");
const seed = join(import.meta.dir, "cases/seed-sample");
const isUpdate = Bun.env["UPDATE_GOLDEN"] === "1" && Bun.env["CI"] === undefined;

/** Compared as data: Biome decides how the checked-in files are laid out. */
test.each(Object.entries(editorSchemas))("%s is what the TypeBox schemas say", async (file, schema) => {
  const path = join(folder, file);
  if (isUpdate) await Bun.write(path, `${JSON.stringify(schema, null, 2)}\n`);
  expect(JSON.parse(await Bun.file(path).text()), "run npm run golden, then npx biome check --write schemas").toEqual(
    JSON.parse(JSON.stringify(schema)),
  );
});

test("R50 R72 the editor's schemas accept the sample files and refuse a typo", async () => {
  const ajv = new Ajv2020({ strict: false });
  const config = ajv.compile(Object(editorSchemas["arouter.schema.json"]));
  const policies = ajv.compile(Object(editorSchemas["policies.schema.json"]));
  expect(config(TOML.parse(await Bun.file(join(seed, "arouter.toml")).text()))).toBe(true);
  expect(policies(YAML.parse(await Bun.file(join(seed, "policies.yaml")).text()))).toBe(true);
  expect(config({ listen_adr: "127.0.0.1:8080" })).toBe(false);
  expect(policies(YAML.parse("rules: [{ name: a, when: { tokens_input_It: 250 }, then: { model: m } }]"))).toBe(false);
  expect(policies(YAML.parse("rules: [{ name: a, when: { tokens_input_lt: 250 }, then: { model: m } }]"))).toBe(true);
});

test("the editor's schema of policy tests accepts those of the examples and refuses a typo", async () => {
  const policies = join(import.meta.dir, "../../policies");
  const isTest = new Ajv2020({ strict: false }).compile(Object(editorSchemas["policy-test.schema.json"]));
  const files = readdirSync(policies, { recursive: true, encoding: "utf8" }).filter((name) =>
    /\.test\.yaml$/.test(name),
  );
  expect(files.length).toBeGreaterThan(5);
  for (const file of files) {
    expect(isTest(YAML.parse(await Bun.file(join(policies, file)).text())), file).toBe(true);
  }
  const one = (expectation: string) => YAML.parse(`tests: [{ name: a, facts: {}, expect: { ${expectation} } }]`);
  expect(isTest(one("rule: none, hedge: { after_ms: 1, with_model: m }"))).toBe(true);
  expect(isTest(one("rule: none, hedge: sometimes"))).toBe(false);
  expect(isTest(one("ruel: none"))).toBe(false);
});
