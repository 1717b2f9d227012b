import { describe, expect, test } from "bun:test";
import type { Catalog, Provider, SecretRef } from "../../runtime/contract.ts";
import { type ProviderKeys, resolveSecrets } from "../../runtime/upstream/secrets.ts";
import { defaults } from "../../schemas/defaults.ts";
import { catalogTerms, providerTerms } from "../support/terms.ts";

/** One key for each provider. */
function keysOf(keys: Readonly<Record<string, string>>): ProviderKeys {
  return new Map(Object.entries(keys).map(([provider, value]) => [provider, [{ id: "default", value }]]));
}

const env = (name: string): SecretRef => ({ from: "env", name });
const literal = (...path: string[]): SecretRef => ({ from: "config", path });

function provider(apiKey: readonly SecretRef[], auth: Provider["auth"] = "bearer"): Provider {
  return {
    format: "openai-chat",
    baseUrl: "http://127.0.0.1:1",
    auth,
    keys: apiKey.length === 0 ? [] : [{ id: "default", secret: apiKey }],
    ...providerTerms,
    timeouts: { connectMs: 0, firstByteMs: 0, idleMs: 0, totalMs: 0 },
    dialect: { vendor: false, streamOptions: true, maxTokensField: "auto" },
  };
}

function catalog(providers: Record<string, Provider>, more: Partial<Pick<Catalog, "auth" | "startup">> = {}): Catalog {
  return {
    configFile: "../arouter.toml",
    listen: ["127.0.0.1:0"],
    providers,
    models: [],
    auth: { mode: "auto", keys: [] },
    limits: { maxBodyBytes: 1, maxJsonDepth: 1, maxResponseBytes: 1, ...defaults.admission },
    ...catalogTerms,
    preflush: { bufferBytes: 1, maxMs: 1 },
    health: { probeIntervalMs: 1, failOn: "all" },
    shutdown: { drainMs: 1 },
    startup: { allowMissingKeys: false, allowPrivilegedPort: false },
    ...more,
  };
}

/** The sample configuration of the product's announcement. */
const sample = `listen_addr = "0.0.0.0:8080"
[router]
policy_file = "policies.yaml"
[providers.openai]
api_key = "sk-..."
[providers.anthropic]
api_key = "sk-ant-..."
[auth]
keys = ["client-1", "client-2"]
`;

const config = (text: string) => () => Promise.resolve(text);
const noConfig = () => Promise.reject(new Error("the configuration was read though no key is in it"));

describe("keys that are found", () => {
  test("a set variable in front of a literal spares the file, which an executable may not have", async () => {
    const openai = provider([env("AROUTER_OPENAI_API_KEY"), literal("providers", "openai", "api_key")]);
    const secrets = await resolveSecrets(catalog({ openai }), { AROUTER_OPENAI_API_KEY: "sk-env" }, noConfig);
    expect(secrets).toMatchObject({ kind: "resolved", providerKeys: keysOf({ openai: "sk-env" }) });
  });

  test("R75 R76 literals of the sample configuration, with a word about placeholders", async () => {
    const secrets = await resolveSecrets(
      catalog({
        openai: provider([env("AROUTER_OPENAI_API_KEY"), literal("providers", "openai", "api_key")]),
        anthropic: provider([literal("providers", "anthropic", "api_key")], "x-api-key"),
      }),
      {},
      config(sample),
    );
    expect(secrets).toEqual({
      kind: "resolved",
      providerKeys: keysOf({ openai: "sk-...", anthropic: "sk-ant-..." }),
      clientKeys: [],
      adminKey: undefined,
      text: expect.any(Function),
      warnings: [
        'The API key of provider "openai" looks like a placeholder; the provider will refuse it.',
        'The API key of provider "anthropic" looks like a placeholder; the provider will refuse it.',
      ],
    });
  });

  const rows: readonly [string, readonly SecretRef[], Record<string, string>, string][] = [
    ["environment first", [env("A"), env("B")], { A: "one", B: "two" }, "one"],
    ["empty falls through", [env("A"), env("B")], { A: "", B: "two" }, "two"],
    ["white space falls through", [env("A"), env("B")], { A: " \n\t", B: "two" }, "two"],
    ["unset falls through", [env("A"), env("B")], { B: "two" }, "two"],
    ["trimmed, as a file read into a variable ends with a line break", [env("A")], { A: " one\n" }, "one"],
  ];
  test.each(rows)("%s", async (_name, refs, environment, key) => {
    const secrets = await resolveSecrets(catalog({ openai: provider(refs) }), environment, noConfig);
    expect(secrets).toEqual({
      kind: "resolved",
      providerKeys: keysOf({ openai: key }),
      clientKeys: [],
      adminKey: undefined,
      text: expect.any(Function),
      warnings: [],
    });
  });

  test("client keys from a list in the configuration and from the environment", async () => {
    const auth = { mode: "keys", keys: [literal("auth", "keys", "1"), env("CLIENT")] } as const;
    const secrets = await resolveSecrets(
      catalog({ local: provider([], "none") }, { auth }),
      { CLIENT: "client-3" },
      config(sample),
    );
    expect(secrets.kind === "resolved" && secrets.clientKeys).toEqual(["client-2", "client-3"]);
  });

  test("a provider without authentication is enough to start", async () => {
    const secrets = await resolveSecrets(catalog({ local: provider([], "none") }), {}, noConfig);
    expect(secrets.kind).toBe("resolved");
  });

  test("allow_missing_keys turns a missing key into a warning", async () => {
    const secrets = await resolveSecrets(
      catalog(
        { a: provider([env("A")]), b: provider([env("B")]) },
        { startup: { allowMissingKeys: true, allowPrivilegedPort: false } },
      ),
      { A: "one" },
      noConfig,
    );
    expect(secrets).toMatchObject({ kind: "resolved", providerKeys: keysOf({ a: "one" }) });
    expect(secrets.kind === "resolved" && secrets.warnings).toEqual([
      'Provider "b" has no API key: environment variable B is not set or empty. Type: export B=<key>',
    ]);
  });
});

const secret = "sk-very-secret";

describe("reasons not to start", () => {
  const one = provider([env("A")]);
  const rows: readonly [string, Catalog, Record<string, string>, readonly string[]][] = [
    [
      "missing key",
      catalog({ a: one, b: provider([], "none") }),
      {},
      [
        'Provider "a" has no API key: environment variable A is not set or empty. Type: export A=<key>, or set startup.allow_missing_keys = true to start without it.',
      ],
    ],
    [
      "missing in both places",
      catalog({ a: provider([env("A"), literal("providers", "a", "api_key")]) }),
      { A: "  " },
      [
        'Provider "a" has no API key: environment variable A and providers.a.api_key in ../arouter.toml are not set or empty. Type: export A=<key>, or set startup.allow_missing_keys = true to start without it.',
      ],
    ],
    [
      "no reference at all",
      catalog({ a: provider([]) }),
      {},
      [
        'Provider "a" has no API key: none is configured. Set providers.a.api_key, or set startup.allow_missing_keys = true to start without it.',
      ],
    ],
    [
      "line break inside",
      catalog({ a: one }),
      { A: `${secret}\nsk-2` },
      [
        'Provider "a": environment variable A holds a line break or another character that no HTTP header takes. Set it to the key alone.',
      ],
    ],
    [
      "not ASCII",
      catalog({ a: one }),
      { A: `${secret}–` },
      [
        'Provider "a": environment variable A holds a line break or another character that no HTTP header takes. Set it to the key alone.',
      ],
    ],
    [
      "no key anywhere, though missing ones are allowed",
      catalog({ a: one, b: provider([env("B")]) }, { startup: { allowMissingKeys: true, allowPrivilegedPort: false } }),
      {},
      ["No provider has an API key (a, b). Set at least one of them."],
    ],
    ["no provider", catalog({}), {}, ["../arouter.toml names no provider. Add one, such as [providers.openai]."]],
    [
      "client key that is empty",
      catalog({ a: one }, { auth: { mode: "auto", keys: [env("CLIENT")] } }),
      { A: secret, CLIENT: "" },
      ["Client key: environment variable CLIENT is not set or empty. Set it, or take it out of auth.keys."],
    ],
    [
      "keys required and none configured",
      catalog({ a: one }, { auth: { mode: "keys", keys: [] } }),
      { A: secret },
      ['auth.mode is "keys", and auth.keys in ../arouter.toml is empty. Add a key or use another mode.'],
    ],
  ];
  test.each(rows)("%s", async (_name, given, environment, problems) => {
    const secrets = await resolveSecrets(given, environment, config(sample));
    expect(secrets).toEqual({ kind: "failed", problems });
    expect(JSON.stringify(secrets)).not.toContain(secret);
  });

  const fromFile = catalog({ a: provider([literal("providers", "a", "api_key")]) });

  test("a configuration that is no longer TOML is named by line, without its text", async () => {
    const secrets = await resolveSecrets(fromFile, {}, config(`[providers.a]\napi_key = "${secret}\n`));
    expect(secrets).toEqual({
      kind: "failed",
      problems: [
        "../arouter.toml is not valid TOML at line 2, and API keys are written in it. Name the file with --config, or set the keys as environment variables.",
      ],
    });
  });

  test("a configuration that is gone", async () => {
    const secrets = await resolveSecrets(fromFile, {}, () => Promise.reject(new Error("ENOENT")));
    expect(secrets.kind === "failed" && secrets.problems[0]).toStartWith("../arouter.toml cannot be read, and");
  });
});
