import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { anthropicSdk, anthropicSdk0 } from "./anthropic-sdk.ts";
import { openaiSdk } from "./openai-sdk.ts";
import { type Ask, type Sdk, ways } from "./sdk.ts";

/** What the gateway refuses by itself must look like the vendor's own refusal, too, and never reach an upstream. */
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({
    config: `
[auth]
keys = ["sk-own"]
[limits]
max_body_bytes = 20000
`,
  });
});
afterAll(() => gateway.stop());
beforeEach(() => gateway.forget());

const goodKey = "sk-own";
const hello: Ask = { model: "gpt-4o-mini", turns: [{ role: "user", text: "hello" }] };

const sdks: readonly Readonly<{ name: string; connect: (key: string) => Sdk; tooLarge: string }>[] = [
  { name: "openai 7.55.0", connect: (key) => openaiSdk(`${gateway.url}/v1`, key), tooLarge: "APIError" },
  { name: "anthropic 1.11.0", connect: (key) => anthropicSdk(gateway.url, key), tooLarge: "ContentTooLargeError" },
  { name: "anthropic 0.137.0", connect: (key) => anthropicSdk0(gateway.url, key), tooLarge: "APIError" },
];

for (const { name, connect, tooLarge } of sdks) {
  describe(name, () => {
    test.each(ways)("R13 R14 a wrong key is an AuthenticationError (%s)", async (way) => {
      const failure = await connect("sk-wrong").failure(connect("sk-wrong")[way](hello));
      expect(failure).toMatchObject({ name: "AuthenticationError", status: 401 });
      expect(failure.requestId).toMatch(/\w{8}/);
      expect(failure.headers?.get("x-should-retry")).toBe("false");
      expect(gateway.received()).toEqual([]);
    });

    test.each(ways)("R70 the right key opens, and stays here (%s)", async (way) => {
      const model = "claude-sonnet-4-6";
      expect((await connect(goodKey)[way]({ ...hello, model })).text).toBe("You said: hello");
      expect(JSON.stringify(gateway.received()[0]?.headers)).not.toContain(goodKey);
    });

    test("R13 R14 a body above the limit is the SDK's error for 413", async () => {
      const turns = [{ role: "user", text: "x".repeat(20_001) }] as const;
      const failure = await connect(goodKey).failure(connect(goodKey).create({ ...hello, turns }));
      expect(failure).toMatchObject({ name: tooLarge, status: 413 });
      expect(gateway.received()).toEqual([]);
    });

    test("R13 R14 a model name of no length is a BadRequestError", async () => {
      const failure = await connect(goodKey).failure(connect(goodKey).create({ ...hello, model: "" }));
      expect(failure).toMatchObject({ name: "BadRequestError", status: 400 });
      expect(failure.message).toContain("model");
    });

    test("R13 R14 models.list() names models of both vendors", async () => {
      // The vendors are asked in the background.
      const deadline = performance.now() + 5_000;
      let ids = await connect(goodKey).models();
      while (!ids.includes("claude-opus-4-5") && performance.now() < deadline) {
        await Bun.sleep(20);
        ids = await connect(goodKey).models();
      }
      expect(ids).toContain("gpt-4o-mini");
      expect(ids).toContain("claude-opus-4-5");
    });
  });
}
