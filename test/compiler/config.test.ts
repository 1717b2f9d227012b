import { describe, expect, test } from "bun:test";
import type { Provider } from "../../runtime/contract.ts";
import { compileSources } from "./compile-case.ts";
import { sourcesOf } from "./sources-of.ts";

function compiled(config: string) {
  const { ir, diagnostics } = compileSources(sourcesOf(config));
  if (ir === undefined) throw new Error(JSON.stringify(diagnostics));
  return ir;
}

function codesOf(config: string): readonly string[] {
  return compileSources(sourcesOf(config)).diagnostics.map((one) => one.code);
}

function provider(config: string, id: string): Provider {
  const found = compiled(config).catalog.providers[id];
  if (found === undefined) throw new Error(`no provider ${id}`);
  return found;
}

test("R69 an empty configuration means both vendors with keys from the environment, where http://localhost:8080/v1 points", () => {
  const { catalog, resolver } = compiled("");
  expect(catalog.listen).toEqual(["127.0.0.1:8080"]);
  expect(Object.keys(catalog.providers)).toEqual(["anthropic", "openai"]);
  expect(catalog.providers["openai"]?.keys[0]?.secret).toEqual([{ from: "env", name: "AROUTER_OPENAI_API_KEY" }]);
  expect(catalog.providers["anthropic"]).toMatchObject({
    format: "anthropic-messages",
    baseUrl: "https://api.anthropic.com",
    auth: "x-api-key",
    dialect: { vendor: true },
  });
  expect(resolver.defaultProvider).toBe("openai");
});

describe("R75 R76 where a key comes from", () => {
  const own = { from: "env", name: "AROUTER_OPENAI_API_KEY" };
  test.each([
    ["literal", 'api_key = "sk-literal"', [own, { from: "config", path: ["providers", "openai", "api_key"] }]],
    ["env.", 'api_key = "env.MY_KEY"', [own, { from: "env", name: "MY_KEY" }]],
    ["a variable in braces", 'api_key = "$' + '{MY_KEY}"', [own, { from: "env", name: "MY_KEY" }]],
    ["its own variable", 'api_key = "env.AROUTER_OPENAI_API_KEY"', [own]],
    ["nothing", "", [own]],
    ["auth none", 'auth = "none"', []],
  ])("%s", (_, line, expected) => {
    expect(provider(`[providers.openai]\n${line}\n`, "openai").keys.flatMap(({ secret }) => secret)).toEqual(
      Object(expected),
    );
  });

  test("the variable's name is the provider's in capitals", () => {
    const { keys } = provider('[providers.eu-west_1]\ntype = "openai"\n', "eu-west_1");
    expect(keys[0]?.secret).toEqual([{ from: "env", name: "AROUTER_EU_WEST_1_API_KEY" }]);
  });

  test("R75 the two vendors send it their own way", () => {
    expect(provider("[providers.openai]\n", "openai").auth).toBe("bearer");
    expect(provider("[providers.anthropic]\n", "anthropic").auth).toBe("x-api-key");
  });
});

describe("a pool of keys", () => {
  const own = { from: "env", name: "AROUTER_OPENAI_API_KEY" };
  const literal = (...path: readonly string[]) => ({ from: "config", path: ["providers", "openai", ...path] });
  test.each([
    ["ids by place", 'keys = [{ key = "env.A" }, { key = "env.B" }]', ["key-1", "key-2"]],
    ["ids of their own", 'keys = [{ id = "team", key = "env.A" }, { key = "env.B" }]', ["team", "key-2"]],
    ["api_key is the first", 'api_key = "env.X"\nkeys = [{ key = "env.A" }]', ["default", "key-1"]],
    ["no key to send, no pool", 'auth = "none"\nkeys = [{ key = "env.A" }]', []],
  ])("%s", (_, lines, ids) => {
    expect(provider(`[providers.openai]\n${lines}\n`, "openai").keys.map(({ id }) => id)).toEqual(ids);
  });

  test("each key comes from its own place; the provider's variable stands for api_key alone", () => {
    const lines = 'api_key = "literal-1"\nkeys = [{ key = "env.A" }, { key = "literal-2" }]\n';
    const { keys } = provider(`[providers.openai]\n${lines}`, "openai");
    expect<readonly unknown[]>(keys.map(({ secret }) => secret)).toEqual([
      [own, literal("api_key")],
      [{ from: "env", name: "A" }],
      [literal("keys", "1", "key")],
    ]);
  });
});

test("R282 what is said for one provider's retries wins over what is said for all", () => {
  const config =
    "[retry]\nmax_attempts = 5\nmultiplier = 1.5\n[providers.openai.retry]\nmax_attempts = 2\n[providers.anthropic]\n";
  expect(provider(config, "openai").retry).toMatchObject({ maxAttempts: 2, multiplier: 1.5, initialBackoffMs: 200 });
  expect(provider(config, "anthropic").retry).toMatchObject({ maxAttempts: 5, multiplier: 1.5 });
});

test("no secret enters the IR", () => {
  const keys = 'keys = [{ key = "literal-3" }]';
  const text = JSON.stringify(
    compiled(
      `[providers.openai]\napi_key = "literal-1"\n${keys}\n[auth]\nkeys = ["literal-2"]\n[admin]\nkey = "literal-4"\n`,
    ),
  );
  expect(text).not.toContain("literal-");
});

test.each([
  ["https://api.openai.com/v1", "https://api.openai.com", true],
  ["https://api.openai.com/v1/", "https://api.openai.com", true],
  ["https://API.OpenAI.com", "https://api.openai.com", true],
  ["https://api.openai.com.example.net", "https://api.openai.com.example.net", false],
  ["http://localhost:11434/openai/v1", "http://localhost:11434/openai", false],
  ["https://example.com/v1beta", "https://example.com/v1beta", false],
])("base_url %s is %s", (written, baseUrl, vendor) => {
  const { baseUrl: found, dialect } = provider(`[providers.openai]\nbase_url = "${written}"\n`, "openai");
  expect({ baseUrl: found, vendor: dialect.vendor }).toEqual({ baseUrl, vendor });
});

describe("R73 listen_addr", () => {
  test.each([
    ['"0.0.0.0:8080"', ["0.0.0.0:8080"]],
    ['["127.0.0.1:8080", "[::1]:9099"]', ["127.0.0.1:8080", "[::1]:9099"]],
    ['"127.0.0.1:1024"', ["127.0.0.1:1024"]],
    ['"127.0.0.1:65535"', ["127.0.0.1:65535"]],
  ])("%s", (written, listen) => {
    expect<readonly string[]>(compiled(`listen_addr = ${written}\n`).catalog.listen).toEqual(listen);
  });

  test.each(["0", "80", "1023", "65536", "70000", "text"])("port %s is refused", (port) => {
    expect(codesOf(`listen_addr = "127.0.0.1:${port}"\n`)).toEqual(["AR205"]);
  });

  test("privileged ports can be allowed", () => {
    expect(codesOf('allow_privileged_port = true\nlisten_addr = "127.0.0.1:80"\n')).toEqual([]);
  });

  test.each([
    ["0.0.0.0:8080", "", ["AR306"]],
    ["[::]:8080", "", ["AR306"]],
    ["192.168.1.4:8080", 'mode = "open"', ["AR306"]],
    ["0.0.0.0:8080", 'mode = "nonempty"', ["AR306"]],
    ["0.0.0.0:8080", 'keys = ["env.KEY"]', []],
    ["0.0.0.0:8080", 'mode = "open"\nkeys = ["env.KEY"]', ["AR306"]],
    ["localhost:8080", "", []],
    ["127.8.8.8:8080", "", []],
    ["[::1]:8080", "", []],
  ])("public bind %s with auth %p warns %p", (address, auth, expected) => {
    expect(codesOf(`listen_addr = "${address}"\n[auth]\n${auth}\n`)).toEqual(expected);
  });
});

describe("which provider serves a model", () => {
  const openai = "[providers.openai]\n";
  const anthropic = "[providers.anthropic]\n";
  const other = (type: string) => `[providers.other]\ntype = "${type}"\n`;
  test.each([
    ["the one named openai", other("openai") + openai + anthropic, "openai"],
    ["else the first of type openai", `${other("openai")}[providers.next]\ntype = "openai"\n${anthropic}`, "other"],
    ["else the only one", anthropic, "anthropic"],
    ["else none", other("anthropic") + anthropic, undefined],
    ["unless it is named", `[router]\ndefault_provider = "other"\n${other("anthropic")}${openai}`, "other"],
  ])("by default: %s", (_, config, expected) => {
    expect(compiled(config).resolver.defaultProvider).toBe(expected);
  });

  test("claude models go to the provider of type anthropic", () => {
    expect(compiled(openai + other("anthropic")).resolver.prefixes).toEqual([
      { prefix: "claude-", provider: "other" },
      { prefix: "anthropic.claude-", provider: "other" },
    ]);
    expect(compiled(openai).resolver.prefixes).toEqual([]);
  });
});

test("timeouts above 2^31-1 ms are refused, at the bound they are not", () => {
  const withTotal = (ms: number) => codesOf(`[providers.openai.timeouts]\ntotal_ms = ${ms}\n`);
  expect(withTotal(2_147_483_647)).toEqual([]);
  expect(withTotal(2_147_483_648)).toEqual(["AR114"]);
});

test("keys may be dotted, quoted or inline", () => {
  const ways = [
    '[providers.openai]\nbase_url = "http://localhost:1"\n',
    'providers.openai.base_url = "http://localhost:1"\n',
    'providers = { "openai" = { base_url = "http://localhost:1" } }\n',
    '["providers"."openai"]\n"base_url" = \'http://localhost:1\'\n',
  ];
  for (const way of ways) expect(provider(way, "openai").baseUrl).toBe("http://localhost:1");
});

test("an array of tables is a list, which no key takes", () => {
  expect(codesOf("[[providers]]\nname = 'openai'\n[[providers]]\nname = 'anthropic'\n")).toEqual(["AR113"]);
});

test("a key __proto__ is an unknown key like any other", () => {
  expect(codesOf("__proto__ = 1\n")).toEqual(["AR111"]);
  expect(codesOf("[providers.openai.__proto__]\n")).toEqual(["AR111"]);
  expect(codesOf("constructor = 1\n")).toEqual(["AR111"]);
});
