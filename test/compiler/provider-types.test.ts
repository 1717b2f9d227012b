import { describe, expect, test } from "bun:test";
import type { Sources } from "../../compiler/span.ts";
import { compileSources } from "./compile-case.ts";

function understood(text: string, file = "config.yaml") {
  const sources: Sources = { config: { file, text }, policies: undefined, schemas: [], unusable: [] };
  return compileSources(sources);
}

describe("R231 R258 R263 a sample for each upstream loads", () => {
  test.each([
    ["Anthropic", "anthropic", "endpoint: https://api.anthropic.com", "anthropic-messages", "x-api-key"],
    [
      "Anthropic with its type",
      "main",
      "type: anthropic\n    endpoint: https://api.anthropic.com",
      "anthropic-messages",
      "x-api-key",
    ],
    ["Z.ai", "zai", "endpoint: https://api.z.ai/api/anthropic", "anthropic-messages", "x-api-key"],
    ["DeepSeek", "deepseek", "endpoint: https://api.deepseek.com/anthropic", "anthropic-messages", "x-api-key"],
    ["Chutes AI", "chutes", "endpoint: https://claude.chutes.ai\n    auth: bearer", "anthropic-messages", "bearer"],
    [
      "OpenRouter, Anthropic mode",
      "openrouter",
      "endpoint: https://openrouter.ai/api\n    auth: bearer",
      "anthropic-messages",
      "bearer",
    ],
    ["OpenAI", "openai", "endpoint: https://api.openai.com", "openai-chat", "bearer"],
    ["Groq", "groq", "type: openai\n    endpoint: https://api.groq.com/openai", "openai-chat", "bearer"],
    [
      "Perplexity AI",
      "perplexity",
      "type: openai\n    endpoint: https://api.perplexity.ai\n    path: /chat/completions",
      "openai-chat",
      "bearer",
    ],
    ["Together AI", "together", "type: openai\n    endpoint: https://api.together.xyz", "openai-chat", "bearer"],
    [
      "OpenRouter, OpenAI mode",
      "openrouter",
      "type: openai\n    endpoint: https://openrouter.ai/api",
      "openai-chat",
      "bearer",
    ],
    [
      "a server of one's own",
      "local",
      "type: openai\n    endpoint: http://localhost:8000\n    auth: none",
      "openai-chat",
      "none",
    ],
  ])("%s", (_, name, lines, format, auth) => {
    const { ir, diagnostics } = understood(`providers:\n  ${name}:\n    apiKey: env.THE_KEY\n    ${lines}\n`);
    expect(diagnostics).toEqual([]);
    expect(ir?.catalog.providers[name]).toMatchObject({ format, auth });
  });
});

describe("R268 a provider without a type", () => {
  test.each([
    ["openai", "openai-chat"],
    ["anthropic", "anthropic-messages"],
    ["anything", "anthropic-messages"],
  ])("named %s", (name, format) => {
    const { ir } = understood(`providers:\n  ${name}:\n    endpoint: http://localhost:1\n`);
    expect<string | undefined>(ir?.catalog.providers[name]?.format).toBe(format);
  });

  test("serves Claude models, like every provider of Anthropic's type", () => {
    const { ir } = understood("providers:\n  zai:\n    endpoint: http://localhost:1\n");
    expect(ir?.resolver.prefixes[0]).toEqual({ prefix: "claude-", provider: "zai" });
  });

  test.each(["anthropic-proxy", "model-router"])("under profile %s", (profile) => {
    const { ir } = understood(
      `profile: ${profile}\nauth:\n  keys: [env.K]\nproviders:\n  openai: {}\n  zai:\n    endpoint: http://localhost:1\n`,
    );
    expect(ir?.catalog.providers).toMatchObject({
      openai: { format: "openai-chat" },
      zai: { format: "anthropic-messages" },
    });
  });

  test.each(["google", "gemini"])("named %s speaks Google's API, under a profile too", (name) => {
    for (const profile of ["", "profile: anthropic-proxy\nauth:\n  keys: [env.K]\n"]) {
      const { ir } = understood(`${profile}providers:\n  ${name}:\n    endpoint: http://localhost:1\n`);
      expect(ir?.catalog.providers[name]).toMatchObject({ format: "gemini", auth: "x-goog-api-key" });
    }
    const openai = understood(`providers:\n  ${name}:\n    type: openai\n    endpoint: http://localhost:1\n`);
    expect(openai.ir?.catalog.providers[name]?.format).toBe("openai-chat");
  });
});

describe("R391 R396 tiers in the catalog", () => {
  const tier = "upstream: http://localhost:1/anthropic/\n    model_id: m\n    key_env: TIER_KEY";

  test("R338 R343 R344 R345 each with the auth that it names", () => {
    const { ir, diagnostics } = understood(
      `tiers:\n  opus:\n    ${tier}\n  haiku:\n    ${tier}\n    auth_type: bearer\n`,
    );
    expect(diagnostics).toEqual([]);
    expect(ir?.catalog.providers).toMatchObject({
      opus: { auth: "x-api-key", baseUrl: "http://localhost:1/anthropic" },
      haiku: { auth: "bearer" },
    });
    expect(ir?.catalog.providers["opus"]?.keys[0]?.secret.at(-1)).toEqual({ from: "env", name: "TIER_KEY" });
    expect(ir?.catalog).toMatchObject({ unknownModelStatus: 400, tiers: { opus: { provider: "opus" } } });
  });

  test("R345 R346 R352 R391 R402 with what else a provider can say of its requests", () => {
    const more = "thinking: strip\n    streamThinking: drop\n    strip: [cache_control]\n    auth_header: X-Token";
    const { ir, diagnostics } = understood(`tiers:\n  opus:\n    ${tier}\n    ${more}\n`);
    expect(diagnostics).toEqual([]);
    expect(ir?.providers[0]).toMatchObject({
      provider: { auth: { kind: "header", name: "x-token", template: "{key}" }, hides: { thinking: true, events: [] } },
      adaptation: {
        body: {
          "anthropic-messages": [
            { kind: "strip-everywhere", member: "cache_control" },
            { kind: "thinking", treatment: "strip" },
          ],
        },
      },
    });
  });

  test("R342 they stand in for a profile's own", () => {
    const { ir } = understood(`profile: model-router\ntiers:\n  big:\n    ${tier}\n`);
    expect(ir?.resolver.tiers.map(({ keyword }) => keyword)).toEqual(["big"]);
    expect(Object.keys(ir?.catalog.providers ?? {})).toEqual(["big"]);
  });

  test("a tier named openai speaks Anthropic's API all the same", () => {
    const { ir } = understood(`tiers:\n  openai:\n    ${tier}\n`);
    expect(ir?.catalog.providers["openai"]?.format).toBe("anthropic-messages");
  });
});
