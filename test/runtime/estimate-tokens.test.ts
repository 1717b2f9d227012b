import { describe, expect, test } from "bun:test";
import { estimateTokens } from "../../runtime/request/estimate-tokens.ts";
import { serve } from "../../runtime/server/serve.ts";
import { tokenizer } from "../../runtime/tokens.ts";
import { testGateway } from "../support/served.ts";

const text = "How are you doing today, Zoë?";

describe("an estimate of tokens", () => {
  test("is a count where the gateway has a tokenizer", async () => {
    expect(await estimateTokens({ tokenizer })([text, " word"])).toBe(10);
  });

  test("is a token for every four bytes where it has none", async () => {
    expect(Buffer.byteLength(text)).toBe(30);
    expect(await estimateTokens({})([text])).toBe(8);
    expect(await estimateTokens({})([text, "xx"])).toBe(8);
    expect(await estimateTokens({})([text, "xxx"])).toBe(9);
    expect(await estimateTokens({})([])).toBe(0);
  });
});

test("rules that ask for tokens are refused by a process without a tokenizer", async () => {
  const gateway = { ...testGateway({ upstreamUrl: "http://127.0.0.1:9", tokenBounds: [250] }), tokenizer: undefined };
  const options = { env: { OPENAI: "sk-test", ANTHROPIC: "sk-test" }, readConfigFile: async () => "" };
  const started = serve(gateway, { ...options, log: "none" });
  await expect(started).rejects.toThrow("it has no tokenizer. Restart it.");
});
