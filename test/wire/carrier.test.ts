import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { packOpaque, unpackOpaque } from "../../runtime/wire/carrier.ts";

describe("carriers of opaque state", () => {
  test("are readable as what they are", () => {
    const token = packOpaque({ from: "anthropic-messages", data: "Er+/==" }, { kind: "thinking" });
    expect(token).toBe("ar1.anthropic-messages.eyJraW5kIjoidGhpbmtpbmciLCJkYXRhIjoiRXIrLz09In0");
  });

  test("come back exactly, whatever the state is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.constantFrom("openai-chat", "anthropic-messages"), (data, from) => {
        expect(unpackOpaque(packOpaque({ from, data }), "openai-chat")).toEqual({ from, data });
      }),
    );
  });

  test("text without the prefix belongs to the API the client speaks", () => {
    expect(unpackOpaque("ErUBCkYIBxgC", "anthropic-messages")).toEqual({
      from: "anthropic-messages",
      data: "ErUBCkYIBxgC",
    });
  });

  const broken = {
    "cut after the prefix": "ar1.",
    "no payload": "ar1.anthropic-messages",
    "unknown format": "ar1.gopher.eyJkYXRhIjoiYSJ9",
    "inherited name as format": "ar1.constructor.eyJkYXRhIjoiYSJ9",
    "not base64": "ar1.openai-chat.%%%",
    "not JSON": "ar1.openai-chat.YWJj",
    "data of another type": `ar1.openai-chat.${btoa('{"data":1}')}`,
  };
  for (const [name, token] of Object.entries(broken)) {
    test(`a broken carrier is lost, not an error: ${name}`, () => {
      expect(unpackOpaque(token, "openai-chat")).toBeUndefined();
    });
  }
});
