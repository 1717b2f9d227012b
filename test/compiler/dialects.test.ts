import { describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { compile } from "../../compiler/compile.ts";
import { dialectOf } from "../../compiler/dialects.ts";
import type { Surface } from "../../runtime/contract.ts";
import { dialectNames } from "../../schemas/dialect-names.ts";
import { compileSources } from "./compile-case.ts";
import { sourcesOf } from "./sources-of.ts";

function provider(lines: string, id = "up") {
  const { ir, diagnostics } = compileSources(sourcesOf(`[providers.${id}]\n${lines}\n`));
  if (ir === undefined) throw new Error(JSON.stringify(diagnostics));
  return ir.providers.find((one) => one.id === id);
}

test("every file is in the list, and everything in the list is a file", () => {
  const files = readdirSync(join(import.meta.dir, "../../schemas/dialects")).sort();
  expect(files).toEqual(dialectNames.map((name) => `${name}.toml`));
});

test.each([...dialectNames])("%s is dated and says where its facts come from", (name) => {
  const { checked, sources, base_url } = dialectOf(name);
  expect(checked).toMatch(/^2026-(0[1-9]|1[0-2])-([0-2]\d|3[01])$/);
  expect(sources.every((source) => new URL(source).protocol === "https:")).toBe(true);
  expect(base_url === undefined || URL.canParse(base_url)).toBe(true);
});

const azureChat = "/openai/deployments/{model}/chat/completions?api-version=2024-10-21";
const azureAuth = { kind: "header", name: "api-key", template: "{key}" };
/** All APIs of each upstream, the main one first: format, address, path of its own, how the key is sent. */
const rows: readonly [string, string, readonly (readonly [string, string, string | undefined, unknown])[]][] = [
  ["R250", "anthropic", [["anthropic-messages", "https://api.anthropic.com", undefined, "x-api-key"]]],
  [
    "R257",
    "openai",
    [
      ["openai-chat", "https://api.openai.com", undefined, "bearer"],
      ["openai-responses", "https://api.openai.com", undefined, "bearer"],
    ],
  ],
  ["", "google", [["gemini", "https://generativelanguage.googleapis.com", undefined, "x-goog-api-key"]]],
  [
    "R258",
    "azure-openai",
    [
      ["openai-chat", "https://team.openai.azure.com", azureChat, azureAuth],
      ["openai-responses", "https://team.openai.azure.com", "/openai/v1/responses", azureAuth],
    ],
  ],
  [
    "R251 R262",
    "openrouter",
    [
      ["openai-chat", "https://openrouter.ai/api", undefined, "bearer"],
      ["anthropic-messages", "https://openrouter.ai/api", undefined, "bearer"],
    ],
  ],
  [
    "R259",
    "groq",
    [
      ["openai-chat", "https://api.groq.com/openai", undefined, "bearer"],
      ["openai-responses", "https://api.groq.com/openai", undefined, "bearer"],
    ],
  ],
  ["R260", "perplexity", [["openai-chat", "https://api.perplexity.ai", "/chat/completions", "bearer"]]],
  ["R261", "together", [["openai-chat", "https://api.together.xyz", undefined, "bearer"]]],
  [
    "R254",
    "deepseek",
    [
      ["openai-chat", "https://api.deepseek.com", "/chat/completions", "bearer"],
      ["anthropic-messages", "https://api.deepseek.com", "/anthropic/v1/messages", "x-api-key"],
    ],
  ],
  [
    "",
    "kimi",
    [
      ["anthropic-messages", "https://api.kimi.com/coding", undefined, "x-api-key"],
      ["openai-chat", "https://api.kimi.com/coding", undefined, "bearer"],
    ],
  ],
  [
    "",
    "moonshot",
    [
      ["openai-chat", "https://api.moonshot.ai", undefined, "bearer"],
      ["anthropic-messages", "https://api.moonshot.ai", "/anthropic/v1/messages", "bearer"],
    ],
  ],
  [
    "",
    "minimax",
    [
      ["anthropic-messages", "https://api.minimax.io", "/anthropic/v1/messages", "bearer"],
      ["openai-chat", "https://api.minimax.io", "/v1/chat/completions", "bearer"],
    ],
  ],
  [
    "R253",
    "zai",
    [
      ["openai-chat", "https://api.z.ai", "/api/paas/v4/chat/completions", "bearer"],
      ["anthropic-messages", "https://api.z.ai", "/api/anthropic/v1/messages", "x-api-key"],
    ],
  ],
  [
    "R252",
    "chutes",
    [
      ["openai-chat", "https://llm.chutes.ai", undefined, "bearer"],
      ["anthropic-messages", "https://claude.chutes.ai", undefined, "bearer"],
    ],
  ],
  [
    "",
    "xai",
    [
      ["openai-responses", "https://api.x.ai", undefined, "bearer"],
      ["openai-chat", "https://api.x.ai", undefined, "bearer"],
    ],
  ],
  ["", "mistral", [["openai-chat", "https://api.mistral.ai", undefined, "bearer"]]],
  ["", "cohere", [["openai-chat", "https://api.cohere.ai/compatibility", undefined, "bearer"]]],
  ["", "nvidia", [["openai-chat", "https://integrate.api.nvidia.com", undefined, "bearer"]]],
  [
    "",
    "dashscope",
    [
      ["openai-chat", "https://dashscope-intl.aliyuncs.com", "/compatible-mode/v1/chat/completions", "bearer"],
      ["anthropic-messages", "https://dashscope-intl.aliyuncs.com", "/apps/anthropic/v1/messages", "x-api-key"],
    ],
  ],
  [
    "",
    "vllm",
    [
      ["openai-chat", "http://localhost:8000", undefined, "none"],
      ["openai-responses", "http://localhost:8000", undefined, "none"],
      ["anthropic-messages", "http://localhost:8000", undefined, "none"],
    ],
  ],
  [
    "",
    "llama-cpp",
    [
      ["openai-chat", "http://localhost:8080", undefined, "none"],
      ["anthropic-messages", "http://localhost:8080", undefined, "none"],
    ],
  ],
  [
    "",
    "ollama",
    [
      ["openai-chat", "http://localhost:11434", undefined, "none"],
      ["anthropic-messages", "http://localhost:11434", undefined, "none"],
    ],
  ],
  [
    "",
    "litellm",
    [
      ["openai-chat", "http://localhost:4000", undefined, "bearer"],
      ["openai-responses", "http://localhost:4000", undefined, "bearer"],
      ["anthropic-messages", "http://localhost:4000", undefined, "bearer"],
    ],
  ],
];

describe("R248 R249 R256 a type and a key are enough", () => {
  test("there is a row for each", () => {
    expect(rows.map(([, name]) => name).sort()).toEqual([...dialectNames]);
  });

  test.each(rows)("%s %s", (_r, name, expected) => {
    const url = name === "azure-openai" ? 'base_url = "https://team.openai.azure.com"\n' : "";
    const found = provider(`type = "${name}"\n${url}`)?.provider;
    if (found === undefined) throw new Error("no such provider");
    const { also = [], ...main } = found;
    const told = ({ format, baseUrl, path, auth }: Surface) => [format, baseUrl, path, auth];
    expect<unknown>([main, ...also].map(told)).toEqual(expected.map((row) => [...row]));
  });

  test("so is the name, where it has no address of its own", () => {
    expect(provider("", "groq")?.provider.baseUrl).toBe("https://api.groq.com/openai");
    expect(provider('base_url = "http://localhost:1"', "groq")?.provider).toMatchObject({
      format: "anthropic-messages",
      baseUrl: "http://localhost:1",
    });
  });

  test("a server that needs no key is sent the one that is configured", () => {
    expect(provider('type = "vllm"')?.provider).toMatchObject({ auth: "none", keys: [] });
    const keyed = provider('type = "vllm"\napi_key = "env.VLLM_KEY"')?.provider;
    expect(keyed).toMatchObject({ auth: "bearer", also: [{ auth: "bearer" }, { auth: "bearer" }] });
  });
});

describe("what a provider says wins", () => {
  test("R255 R263 an address of one's own, for every API that is not elsewhere anyway", () => {
    const found = provider('type = "chutes"\nbase_url = "https://chutes.example.com/v1/"')?.provider;
    expect([found?.baseUrl, found?.also]).toEqual(["https://chutes.example.com", undefined]);
  });

  test("`api` chooses the main one, `path` is its path, everything else holds for all", () => {
    const found = provider('type = "deepseek"\napi = "anthropic"\npath = "/beta/messages"\nthinking = "strip"');
    expect(found?.provider).toMatchObject({
      format: "anthropic-messages",
      path: "/beta/messages",
      also: [{ format: "openai-chat", path: "/chat/completions" }],
    });
    expect(found?.adaptation?.body["anthropic-messages"]).toContainEqual({ kind: "thinking", treatment: "strip" });
    expect(found?.adaptation?.body["openai-chat"]).toEqual([{ kind: "thinking", treatment: "strip" }]);
  });

  test("`also` stands in for the APIs that are known; an empty one for none", () => {
    expect(provider('type = "openai"\nalso = []')?.provider.also).toBeUndefined();
    const own = provider('type = "openai"\n[[providers.up.also]]\napi = "anthropic"\nbase_url = "https://a.example"');
    expect(own?.provider.also).toMatchObject([{ format: "anthropic-messages", baseUrl: "https://a.example" }]);
    const here = provider('type = "groq"\n[[providers.up.also]]\napi = "anthropic"\npath = "/anthropic/v1/messages"');
    expect(here?.provider.also).toMatchObject([
      { baseUrl: "https://api.groq.com/openai", path: "/anthropic/v1/messages" },
    ]);
  });

  test("the address of somebody known brings what is known, but how the key is sent", () => {
    const found = provider('type = "openai"\nbase_url = "https://api.groq.com/openai"\nauth = "x-api-key"');
    expect(found?.provider).toMatchObject({ auth: "x-api-key", dialect: { vendor: false } });
    expect(found?.adaptation?.body["openai-chat"]).toContainEqual({ kind: "strip", pointer: "/messages/*/name" });
  });
});

describe("C21 R350 R351 what only Anthropic's own servers take", () => {
  const stripped = [
    { kind: "strip-everywhere", member: "cache_control" },
    { kind: "strip", pointer: "/reasoning_effort" },
  ];
  test.each([
    ["its own host", 'type = "anthropic"', undefined],
    ["its own host, written out", 'type = "anthropic"\nbase_url = "https://api.anthropic.com/v1"', undefined],
    ["Amazon's", 'type = "anthropic"\nbase_url = "https://bedrock.us-east-1.amazonaws.com"', undefined],
    ["Google's", 'type = "anthropic"\nbase_url = "https://aiplatform.googleapis.com"', undefined],
    ["OpenRouter, which hands it on", 'type = "openrouter"\napi = "anthropic"', undefined],
    ["another server", 'base_url = "https://claude.example.com"', stripped],
    ["another server that takes it", 'base_url = "https://claude.example.com"\nstrip = []', undefined],
  ])("%s", (_name, lines, edits) => {
    expect<unknown>(provider(lines)?.adaptation?.body["anthropic-messages"]).toEqual(edits);
  });
});

test("models of the Gemini family go to the provider that speaks Google's API", () => {
  const { ir } = compileSources(sourcesOf('[providers.openai]\n[providers.g]\ntype = "google"\n'));
  expect(ir?.resolver.prefixes).toContainEqual({ prefix: "gemini-", provider: "g" });
});

test("R402 the example of many upstreams compiles, its transform too", async () => {
  const example = join(import.meta.dir, "../../policies/upstreams.toml");
  const compiled = await compile(example, { outDir: join(import.meta.dir, "never-written") });
  expect(compiled.diagnostics).toEqual([]);
  const files = compiled.ok ? compiled.files.map(({ path }) => path) : [];
  expect(files).toContain("transform-in-house.gen.ts");
});
