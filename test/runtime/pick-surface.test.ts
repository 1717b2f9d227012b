import { describe, expect, test } from "bun:test";
import type { Provider, Surface } from "../../runtime/contract.ts";
import { betterSurface, pickSurface } from "../../runtime/upstream/pick-surface.ts";
import { testGateway } from "../support/served.ts";

const chat = testGateway({ upstreamUrl: "http://upstream.test" }).catalog.providers["openai"];
if (chat === undefined) throw new Error("no provider");
const responses: Surface = { ...chat, format: "openai-responses" };
const both: Provider = { ...chat, also: [responses] };
const tool = { kind: "function", name: "f", schema: undefined } as const;

describe("the API of a provider that a request is sent over", () => {
  test.each([
    ["openai-chat", "gpt-4o", "openai-chat"],
    ["openai-responses", "gpt-4o", "openai-responses"],
    ["anthropic-messages", "gpt-4o", "openai-chat"],
    ["openai-chat", "gpt-5-codex", "openai-responses"],
    ["gemini", "o3-pro", "openai-responses"],
    ["openai-chat", "openai/gpt-5.1-codex-mini", "openai-responses"],
    ["openai-chat", "gemini-2.5-pro", "openai-chat"],
  ] as const)("a %s client and %s: %s", (client, model, format) => {
    expect(pickSurface(both, client, model).format).toBe(format);
    expect(pickSurface(chat, client, model).format).toBe("openai-chat");
  });

  test.each([
    ["gpt-5.6", [tool], { effort: "high" }, "openai-responses"],
    ["gpt-5.6", [tool], { mode: "adaptive" }, "openai-responses"],
    ["gpt-5.6", [tool], { effort: "none" }, "openai-chat"],
    ["gpt-5.6", [tool], {}, "openai-chat"],
    ["gpt-5.6", [], { effort: "high" }, "openai-chat"],
    ["gpt-5.4", [tool], { effort: "high" }, "openai-chat"],
  ] as const)("K08 %s with %j and %j: %s", (model, tools, reasoning, format) => {
    expect(betterSurface(both, both, model, { tools, reasoning }).format).toBe(format);
    expect(betterSurface(chat, chat, model, { tools, reasoning }).format).toBe("openai-chat");
  });
});
