import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { base64ToText, parseDataUrl, sniffMediaType, toDataUrl } from "../../runtime/wire/media.ts";

const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

describe("data URLs", () => {
  const cases: readonly (readonly [string, string, ReturnType<typeof parseDataUrl>])[] = [
    ["plain", "data:image/png;base64,AAAA", { mediaType: "image/png", data: "AAAA" }],
    ["upper case scheme and marker", "DATA:Image/PNG;BASE64,AAAA", { mediaType: "image/png", data: "AAAA" }],
    ["parameters", "data:image/png;charset=utf-8;base64,AAAA", { mediaType: "image/png", data: "AAAA" }],
    ["image/jpg is image/jpeg", "data:image/jpg;base64,AAAA", { mediaType: "image/jpeg", data: "AAAA" }],
    ["line breaks inside", "data:image/gif;base64,AA\r\nAA ", { mediaType: "image/gif", data: "AAAA" }],
    ["URL-safe alphabet", "data:image/gif;base64,-_-_", { mediaType: "image/gif", data: "+/+/" }],
    ["type by first bytes", `data:;base64,${png}`, { mediaType: "image/png", data: png }],
    ["percent-encoded text", "data:text/plain,h%C3%A9", { mediaType: "text/plain", data: "aMOp" }],
    ["unknown bytes without a type", "data:;base64,AAAA", undefined],
    ["foreign characters", "data:image/png;base64,A*AA", undefined],
    ["no comma", "data:image/png;base64", undefined],
    ["broken percent-encoding", "data:text/plain,%zz", undefined],
    ["no data URL", "https://example.org/a.png", undefined],
  ];
  for (const [name, url, parsed] of cases) {
    test(name, () => {
      expect(parseDataUrl(url)).toEqual(parsed);
    });
  }

  test("written ones read back", () => {
    fc.assert(
      fc.property(fc.base64String(), fc.constantFrom("image/png", "application/pdf"), (data, mediaType) => {
        expect(parseDataUrl(toDataUrl({ mediaType, data }))).toEqual({ mediaType, data });
      }),
    );
  });
});

describe("media types by their first bytes", () => {
  const heads: readonly (readonly [string | undefined, readonly number[]])[] = [
    ["image/png", [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a]],
    ["image/jpeg", [0xff, 0xd8, 0xff, 0xe0]],
    ["image/gif", [...Buffer.from("GIF89a")]],
    ["image/webp", [...Buffer.from("RIFF"), 1, 2, 3, 4, ...Buffer.from("WEBPVP8 ")]],
    [undefined, [...Buffer.from("RIFF"), 1, 2, 3, 4, ...Buffer.from("WAVEfmt ")]],
    ["application/pdf", [...Buffer.from("%PDF-1.7")]],
    [undefined, []],
  ];
  for (const [mediaType, bytes] of heads) {
    test(`${mediaType ?? "unknown"} from ${bytes.length} bytes`, () => {
      expect(sniffMediaType(Buffer.from(bytes).toString("base64"))).toBe(mediaType);
    });
  }

  test("text that is not base64 is of no type and no text", () => {
    expect(sniffMediaType("***")).toBeUndefined();
    expect(base64ToText("***")).toBeUndefined();
    expect(base64ToText("aMOp")).toBe("hé");
  });
});
