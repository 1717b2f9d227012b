import { afterAll, describe, expect, test } from "bun:test";
import type { LookupFunction } from "node:net";
import { downloadMedia } from "../../runtime/media/download-media.ts";
import { guardedLookup } from "../../runtime/media/guarded-lookup.ts";
import { inlineMedia, urlsToInline } from "../../runtime/media/inline-media.ts";
import { isPublicAddress } from "../../runtime/media/is-public-address.ts";
import { anthropicMessages } from "../../runtime/wire/anthropic-messages/codec.ts";
import type { Request as Canonical } from "../../runtime/wire/canonical.ts";
import { openaiChat } from "../../runtime/wire/openai-chat/codec.ts";
import { request, target, user } from "../support/canonical.ts";

const png = Uint8Array.fromBase64("iVBORw0KGgoAAAANSUhEUg==");
const pdf = new TextEncoder().encode("%PDF-1.7 small");

const files: Record<string, () => Response | Promise<Response>> = {
  "/a.png": () => new Response(png, { headers: { "content-type": "image/png" } }),
  "/lies.png": () => new Response(png, { headers: { "content-type": "text/html" } }),
  "/untyped.pdf": () => new Response(pdf, { headers: { "content-type": "application/octet-stream" } }),
  "/untyped": () => new Response("?", { headers: { "content-type": "application/octet-stream" } }),
  "/note.txt": () => new Response("hi", { headers: { "content-type": "text/plain; charset=utf-8" } }),
  "/moved": () => Response.redirect("/a.png", 302),
  "/loop": () => Response.redirect("/loop", 302),
  "/inside": () => Response.redirect(`http://127.0.0.1:${server.port}/a.png`, 302),
  "/inside-name": () => Response.redirect(`http://localhost:${server.port}/a.png`, 302),
  "/file": () => new Response(null, { status: 302, headers: { location: "file:///etc/passwd" } }),
  "/big": () => new Response(new Uint8Array(3000), { headers: { "content-type": "image/png" } }),
  "/endless": () => new Response(endless(), { headers: { "content-type": "image/png" } }),
  "/slow": () => new Promise(() => undefined),
};
const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch: (asked) => files[new URL(asked.url).pathname]?.() ?? new Response("no", { status: 404 }),
});
afterAll(() => server.stop(true));

function endless(): ReadableStream<Uint8Array> {
  return new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1024)) });
}

/** `public.test` stands for a host on the Internet; every other name is resolved as it is in earnest. */
const resolve: LookupFunction = (host, options, done) => {
  if (host !== "public.test") guardedLookup(host, options, done);
  else if (options.all === true) done(null, [{ address: "127.0.0.1", family: 4 }]);
  else done(null, "127.0.0.1", 4);
};
const limits = { maxBytes: 2000, timeoutMs: 500, allowPrivate: false };
const fetched = (path: string, host = "public.test") =>
  downloadMedia(`http://${host}:${server.port}${path}?token=secret`, limits, resolve);

describe("files that a request names by URL", () => {
  test.each([
    ["/a.png", "image/png", png],
    ["/lies.png", "image/png", png],
    ["/untyped.pdf", "application/pdf", pdf],
    ["/note.txt", "text/plain", new TextEncoder().encode("hi")],
    ["/moved", "image/png", png],
  ])("%s is fetched as %s", async (path, mediaType, bytes) => {
    expect(await fetched(path)).toEqual({ mediaType, data: bytes.toBase64() });
  });

  test.each([
    ["/gone", "its host answered 404"],
    ["/untyped", "its host does not say of what type it is"],
    ["/loop", "it redirects more than 3 times"],
    ["/inside", "it leads into a private network"],
    ["/inside-name", "it leads into a private network"],
    ["/file", "it is no http or https address"],
    ["/big", "it is larger than 2000 bytes (translation.download_max_bytes)"],
    ["/endless", "it is larger than 2000 bytes (translation.download_max_bytes)"],
    ["/slow", "it did not arrive within 500 ms (translation.download_timeout_ms)"],
  ])("%s is refused: %s", async (path, why) => {
    expect(await fetched(path)).toEqual({
      class: "invalid-request",
      status: 400,
      code: "media_unreachable",
      message: `The file at http://public.test:${server.port}${path} could not be fetched: ${why}. Send it as base64 instead.`,
    });
  });

  test.each(["localhost", "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"])(
    "%s is never connected to, unless the operator allows it",
    async (host) => {
      const url = `http://${host}:${server.port}/a.png`;
      expect(await downloadMedia(url, limits)).toMatchObject({ code: "media_unreachable" });
      const allowed = await downloadMedia(url, { ...limits, allowPrivate: true });
      if (!host.startsWith("[")) expect(allowed).toEqual({ mediaType: "image/png", data: png.toBase64() });
    },
  );

  test("credentials in a URL are not sent", async () => {
    const refused = await downloadMedia(`http://me:secret@public.test:${server.port}/a.png`, limits, resolve);
    expect(refused).toMatchObject({ code: "media_unreachable" });
  });
});

test.each([
  ["93.184.216.34", true],
  ["2606:4700::1111", true],
  ["10.0.0.1", false],
  ["172.16.3.4", false],
  ["192.168.1.1", false],
  ["100.64.0.1", false],
  ["127.0.0.1", false],
  ["169.254.169.254", false],
  ["0.0.0.0", false],
  ["255.255.255.255", false],
  ["224.0.0.1", false],
  ["::1", false],
  ["::", false],
  ["fe80::1", false],
  ["fd00::1", false],
  ["::ffff:10.0.0.1", false],
  ["::ffff:8.8.8.8", true],
  ["64:ff9b::a00:1", false],
  ["2002:a00:1::", false],
  ["no address", false],
])("the address %s is public: %p", (address, isPublic) => {
  expect(isPublicAddress(address)).toBe(isPublic);
});

describe("a request whose upstream fetches no files", () => {
  const url = "https://a.test/x.pdf";
  const asked: Canonical = request([
    user(
      { kind: "document", source: { kind: "url", url } },
      { kind: "document", source: { kind: "url", url } },
      { kind: "image", source: { kind: "url", url: "https://a.test/x.png" } },
    ),
  ]);

  test("only what the upstream does not take is fetched, each file once", () => {
    expect(urlsToInline(asked, openaiChat, target("m"))).toEqual([url]);
    expect(urlsToInline(asked, anthropicMessages, target("m"))).toEqual([]);
  });

  test("the bytes take the URL's place; one that cannot be fetched refuses the request", async () => {
    const media = { mediaType: "application/pdf", data: "AA==" };
    const inlined = await inlineMedia(asked, [url], () => Promise.resolve(media));
    expect("turns" in inlined && inlined.turns[0]?.blocks[1]).toEqual({
      kind: "document",
      source: { kind: "base64", ...media },
    });
    const error = { class: "invalid-request", status: 400, message: "gone" } as const;
    expect(await inlineMedia(asked, [url], () => Promise.resolve(error))).toBe(error);
    const many = Array.from({ length: 21 }, (_, n) => `${url}?${n}`);
    expect(await inlineMedia(asked, many, () => Promise.resolve(media))).toMatchObject({ code: "too_many_files" });
  });
});
