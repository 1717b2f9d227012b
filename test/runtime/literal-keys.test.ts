import { describe, expect, test } from "bun:test";
import { withRandomKeys } from "../../runtime/server/random-keys.ts";
import { resolveSecrets } from "../../runtime/upstream/secrets.ts";
import { compileSources } from "../compiler/compile-case.ts";

/** The compiled configuration and the keys that it finds in its own file, or in the environment. */
async function keysOf(file: string, text: string, env: Readonly<Record<string, string>> = {}) {
  const { ir, diagnostics } = compileSources({
    config: { file, text },
    policies: undefined,
    schemas: [],
    unusable: [],
  });
  if (ir === undefined) throw new Error(JSON.stringify(diagnostics));
  const secrets = await resolveSecrets({ ...ir.catalog, models: [] }, env, () => Promise.resolve(text));
  if (secrets.kind === "failed") return secrets;
  const providers = [...secrets.providerKeys].map(([id, keys]) => [id, keys.map(({ value }) => value)]);
  return { catalog: ir.catalog, providers: Object.fromEntries(providers), clients: secrets.clientKeys };
}

describe("R75 R76 R244 R270 keys written out in the file are found as the compiler says", () => {
  const expected = {
    providers: { zai: ["zai-key", "zai-second"], anthropic: ["from-environment"] },
    clients: ["sk-proxy-custom-key-123", "second-client"],
  };
  const value = {
    providers: {
      zai: { endpoint: "http://localhost:1", apiKey: "zai-key", keys: [{ key: "zai-second" }] },
      anthropic: { apiKey: "env.ANTHROPIC_KEY" },
    },
    apiKeys: ["sk-proxy-custom-key-123", "second-client"],
  };
  const toml = `apiKeys = ["sk-proxy-custom-key-123", "second-client"]
[providers.zai]
endpoint = "http://localhost:1"
apiKey = "zai-key"
[[providers.zai.keys]]
key = "zai-second"
[providers.anthropic]
api_key = "env.ANTHROPIC_KEY"
`;
  test.each([
    ["TOML", "arouter.toml", toml],
    ["YAML", "config.yaml", Bun.YAML.stringify(value, null, 2)],
    ["YAML in a spec, after a byte order mark", "config.yml", `\ufeff${Bun.YAML.stringify({ spec: value }, null, 2)}`],
    ["JSON", "config.json", JSON.stringify(value)],
    [
      "YAML with an alias",
      "config.yaml",
      `providers:
  zai:
    endpoint: http://localhost:1
    apiKey: &first zai-key
    keys: [{ key: zai-second }]
  anthropic: { apiKey: env.ANTHROPIC_KEY }
  again: { endpoint: "http://localhost:2", apiKey: *first }
auth:
  staticKeys: [sk-proxy-custom-key-123, second-client]
`,
    ],
  ])("%s", async (_, file, text) => {
    const { catalog, ...keys } = Object(await keysOf(file, text, { ANTHROPIC_KEY: "from-environment" }));
    expect(keys).toMatchObject(expected);
    expect(JSON.stringify(catalog)).not.toContain("zai-key");
  });

  test.each([
    ["TOML", "a.toml", '[providers.openai]\napi_key = "k"\n', '[providers.openai]\napi_key = "k\n', "TOML at line 2"],
    ["YAML", "a.yaml", "providers: { openai: { apiKey: k } }", "providers:\n  openai: [k", "YAML at line 2"],
    ["JSON", "a.json", '{ "providers": { "openai": { "apiKey": "k" } } }', '{ "providers": k', "JSON"],
  ])("%s that is broken since it was compiled is named, without its text", async (_, file, good, broken, problem) => {
    const { ir } = compileSources({
      config: { file, text: good },
      policies: undefined,
      schemas: [],
      unusable: [],
    });
    if (ir === undefined) throw new Error("the configuration does not compile");
    const secrets = await resolveSecrets({ ...ir.catalog, models: [] }, {}, () => Promise.resolve(broken));
    expect(secrets).toEqual({
      kind: "failed",
      problems: [
        `${file} is not valid ${problem}, and API keys are written in it. Name the file with --config, or set the keys as environment variables.`,
      ],
    });
  });
});

describe("R244 $RANDOM_KEY", () => {
  const text = "apiKeys: [$RANDOM_KEY, own-key, $RANDOM_KEY]\nproviders: { openai: { apiKey: k } }\n";
  const refs = [
    { from: "random", name: "AROUTER_CLIENT_KEY_1" },
    { from: "config", path: ["apiKeys", "1"] },
    { from: "random", name: "AROUTER_CLIENT_KEY_3" },
  ] as const;
  const auth = { mode: "auto", keys: refs } as const;

  /** Bytes that count up, so that no two keys are the same. */
  function counting() {
    let next = 0;
    return (size: number) => Uint8Array.from({ length: size }, () => next++);
  }

  test("compiles to the variable that may hold it", async () => {
    const found = Object(await keysOf("config.yaml", text, { AROUTER_CLIENT_KEY_1: "a", AROUTER_CLIENT_KEY_3: "b" }));
    expect(found.catalog.auth.keys).toEqual(refs);
    expect(found.clients).toEqual(["a", "own-key", "b"]);
  });

  test("is made where its variable is not set, and told once", () => {
    const told: string[] = [];
    const options = { randomBytes: counting(), tell: (line: string) => told.push(line) };
    const env = withRandomKeys({ auth }, { AROUTER_CLIENT_KEY_1: " ", OTHER: "x" }, options);
    const first = "sk-proxy-000102030405060708090a0b0c0d0e0f";
    const second = "sk-proxy-101112131415161718191a1b1c1d1e1f";
    expect(env).toEqual({ AROUTER_CLIENT_KEY_1: first, AROUTER_CLIENT_KEY_3: second, OTHER: "x" });
    expect(told).toEqual([
      `the key ${first} was made for clients of this run. To keep it, type: export AROUTER_CLIENT_KEY_1=${first}`,
      `the key ${second} was made for clients of this run. To keep it, type: export AROUTER_CLIENT_KEY_3=${second}`,
    ]);
    expect(withRandomKeys({ auth }, env, options)).toEqual(env);
    expect(told).toHaveLength(2);
  });

  test("one that a reload brings is refused: nobody would be told of it, and workers would each make their own", async () => {
    expect(await keysOf("config.yaml", text, { AROUTER_CLIENT_KEY_1: "a" })).toEqual({
      kind: "failed",
      problems: [
        "Client key: environment variable AROUTER_CLIENT_KEY_3 is not set, and $RANDOM_KEY is made only at the start. Set it, or restart.",
      ],
    });
  });
});
