import { expect, test } from "bun:test";
import { Glob } from "bun";
import fc from "fast-check";
import { translatingRelay } from "../../runtime/answer/relay.ts";
import type { WireFormat } from "../../runtime/contract.ts";
import { emptyAnswerMap } from "../../runtime/wire/codec.ts";
import { codecs } from "../../runtime/wire/formats.ts";
import { replyContext } from "../support/canonical.ts";
import { relayed } from "../support/relayed.ts";

const formats = ["openai-chat", "openai-responses", "anthropic-messages", "gemini"] as const;

type Fixture = Readonly<{ upstream: WireFormat; name: string; bytes: Uint8Array }>;

async function fixturesOf(upstream: WireFormat): Promise<readonly Fixture[]> {
  const folder = `${import.meta.dir}/cases/${upstream}`;
  const names = [...new Glob("*.sse").scanSync(folder)].sort();
  return await Promise.all(
    names.map(async (name) => ({
      upstream,
      name,
      bytes: new Uint8Array(await Bun.file(`${folder}/${name}`).arrayBuffer()),
    })),
  );
}

const fixtures = (await Promise.all(formats.map(fixturesOf))).flat();
const routesByFormats = formats.flatMap((upstream) => formats.map((client) => [upstream, client] as const));
const routes = fixtures.flatMap((fixture) => formats.map((client) => ({ ...fixture, client })));

/** The bytes in pieces that end at these places, in any order. */
function cutAt(bytes: Uint8Array, places: readonly number[]): readonly Uint8Array[] {
  const ends = [...places.map((place) => Math.min(place, bytes.length)).sort((a, b) => a - b), bytes.length];
  return ends.map((end, at) => bytes.subarray(at === 0 ? 0 : ends[at - 1], end));
}

test("there are fixtures of every format, with CRLF and with characters of several bytes", () => {
  for (const upstream of formats)
    expect(fixtures.filter((fixture) => fixture.upstream === upstream).length).toBeGreaterThan(20);
  expect(fixtures.some(({ bytes }) => Buffer.from(bytes).includes("\r\n\r\n"))).toBe(true);
  expect(fixtures.some(({ bytes }) => bytes.some((byte) => byte >= 0xf0))).toBe(true);
});

test.each(routesByFormats)("R15 X33 X34 one byte at a time gives the same bytes: %s to %s", (upstream, client) => {
  for (const { name, bytes } of fixtures.filter((fixture) => fixture.upstream === upstream)) {
    const single = Array.from(bytes, (byte) => Uint8Array.of(byte));
    expect(relayed(single, { upstream, client }), name).toBe(relayed([bytes], { upstream, client }));
  }
});

/** Each place once: what a cut can break is in front of the formats, so clients take turns. */
test.each(formats)(
  "R15 every single cut of a %s stream gives the same bytes",
  (upstream) => {
    for (const { name, bytes } of fixtures.filter((fixture) => fixture.upstream === upstream)) {
      const wholes = new Map(formats.map((client) => [client, relayed([bytes], { upstream, client })]));
      for (let place = 1; place < bytes.length; place += 1) {
        const client = formats[place % formats.length] ?? upstream;
        const cut = relayed(cutAt(bytes, [place]), { upstream, client });
        const whole = wholes.get(client);
        if (cut !== whole) expect([name, client, place, cut]).toEqual([name, client, place, whole ?? ""]);
      }
    }
  },
  120_000,
);

test("R15 any cuts of any stream give any client the same bytes", () => {
  fc.assert(
    fc.property(fc.constantFrom(...routes), fc.array(fc.nat({ max: 4000 }), { maxLength: 20 }), (route, places) => {
      expect(relayed(cutAt(route.bytes, places), route)).toBe(relayed([route.bytes], route));
    }),
    { numRuns: 4000 },
  );
});

function messagesFixture(name: string): Uint8Array {
  const fixture = fixtures.find((each) => each.upstream === "anthropic-messages" && each.name === name);
  if (fixture === undefined) throw new Error(`no fixture ${name}`);
  return fixture.bytes;
}

test("S12 R15 any cuts of the rounds of a paused stream give a Chat client the same bytes, and one answer", () => {
  const [paused, last] = [messagesFixture("pause-turn.sse"), messagesFixture("stop-sequence.sse")];
  const context = replyContext({ request: { stream: true, stream_options: { include_usage: true } } });
  const joined = (first: readonly Uint8Array[], second: readonly Uint8Array[]) => {
    const relay = translatingRelay(codecs["anthropic-messages"], codecs["openai-chat"], emptyAnswerMap, context);
    const before = first.map(relay.push);
    expect(relay.paused()).toHaveLength(1);
    relay.resume();
    return Buffer.concat([...before, ...second.map(relay.push), relay.end()]).toString();
  };
  const whole = joined([paused], [last]);
  expect(whole.split('"role":"assistant"')).toHaveLength(2);
  expect(whole.match(/"finish_reason":"\w+"/g)).toHaveLength(1);
  // What is left of the first round, here half a frame, is no part of the second.
  expect(joined([paused.subarray(0, paused.length - 10)], [last])).toBe(whole);
  const places = fc.array(fc.nat({ max: 2000 }), { maxLength: 20 });
  fc.assert(
    fc.property(places, places, (first, second) => {
      expect(joined(cutAt(paused, first), cutAt(last, second))).toBe(whole);
    }),
  );
});

test("S12 a pause that nobody goes on with is an ordinary end", () => {
  const text = relayed([messagesFixture("pause-turn.sse")], { upstream: "anthropic-messages", client: "openai-chat" });
  expect(text).toEndWith("data: [DONE]\n\n");
});

/** What a gateway adds to a stream that broke, or that lacks only its terminator. */
const addedStarts = {
  "openai-chat": ['data: {"error"'],
  "openai-responses": ["event: response.failed\n"],
  "anthropic-messages": ["event: error\n", "event: message_stop\n"],
  gemini: ['data: {"error"'],
} as const satisfies Record<WireFormat, readonly string[]>;

test("R47 a stream of the client's own format passes byte for byte; a broken one gets its error frame or terminator behind its last whole frame", () => {
  let broken = 0;
  for (const { upstream, name, bytes } of fixtures) {
    const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
    const forwarded = relayed([bytes], { upstream, client: upstream });
    if (forwarded === text) continue;
    broken += 1;
    const addedAt = Math.max(...addedStarts[upstream].map((start) => forwarded.lastIndexOf(start)));
    const passed = forwarded.slice(0, addedAt);
    expect([name, forwarded.length > passed.length, text.startsWith(passed)]).toEqual([name, true, true]);
  }
  expect(broken).toBeGreaterThan(4);
  expect(broken).toBeLessThan(fixtures.length / 3);
});
