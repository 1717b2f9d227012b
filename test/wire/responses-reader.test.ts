import { describe, expect, test } from "bun:test";
import { Glob } from "bun";
import fc from "fast-check";
import { forwardRelay, translatingRelay } from "../../runtime/answer/relay.ts";
import type { WireFormat } from "../../runtime/contract.ts";
import { assembleBlocks } from "../../runtime/wire/assemble-blocks.ts";
import type { JsonObject, StreamEvent } from "../../runtime/wire/canonical.ts";
import { type AnswerMap, emptyAnswerMap } from "../../runtime/wire/codec.ts";
import { arrayOf, isObject, objectOf, parseJson } from "../../runtime/wire/json.ts";
import { openaiResponses } from "../../runtime/wire/openai-responses/codec.ts";
import { replay } from "../../runtime/wire/replay.ts";
import { sseDecoder } from "../../runtime/wire/sse.ts";
import { arbitraryResponse } from "../support/arbitrary-response.ts";
import { replyContext } from "../support/canonical.ts";
import { expectGolden } from "../support/golden.ts";
import { relayed } from "../support/relayed.ts";

const folder = `${import.meta.dir}/cases/openai-responses`;
const names = [...new Glob("*.sse").scanSync(folder)].map((file) => file.replace(/\.sse$/, "")).sort();

async function bytesOf(name: string): Promise<Uint8Array> {
  return new Uint8Array(await Bun.file(`${folder}/${name}.sse`).arrayBuffer());
}

function read(chunks: readonly Uint8Array[], answer: AnswerMap = emptyAnswerMap): readonly StreamEvent[] {
  const decoder = sseDecoder();
  const reader = openaiResponses.streamReader(answer);
  const events = chunks.flatMap((chunk) => decoder.push(chunk));
  return [...[...events, ...decoder.end()].flatMap((event) => reader.push(event)), ...reader.end()];
}

const readText = (text: string, answer?: AnswerMap) => read([new TextEncoder().encode(text)], answer);
const frame = (event: JsonObject): string => `data: ${JSON.stringify(event)}\n\n`;

describe("R15 R20 streams of Responses servers become the events written beside them", () => {
  test("there are fixtures", () => expect(names.length).toBeGreaterThan(40));
  for (const name of names) {
    test(name, async () => {
      const events = read([await bytesOf(name)]);
      const lines = events.map((event) => `${JSON.stringify(event)}\n`).join("");
      await expectGolden(`${folder}/${name}.events.jsonl`, lines);
    });
  }
});

const contentKinds = new Set<StreamEvent["kind"]>([
  "text",
  "thinking",
  "refusal",
  "tool-open",
  "tool-arguments",
  "web-search",
]);

/** What the events of a stream must never do. */
function checkOrder(events: readonly StreamEvent[]): void {
  const kinds = events.map(({ kind }) => kind);
  expect(["end", "error"]).toContain(kinds.at(-1) ?? "");
  expect(kinds.filter((kind) => kind === "end" || kind === "error")).toHaveLength(1);
  expect(kinds.filter((kind) => kind === "start").length).toBeLessThanOrEqual(1);
  if (kinds.some((kind) => contentKinds.has(kind))) {
    expect(kinds.indexOf("start")).toBeLessThan(kinds.findIndex((kind) => contentKinds.has(kind)));
  }
  const open = new Set<number>();
  for (const event of events) {
    if (event.kind === "tool-open") expect(open.has(event.key)).toBe(false);
    if (event.kind === "tool-open") open.add(event.key);
    if (event.kind === "tool-arguments") expect(open.has(event.key)).toBe(true);
    if (event.kind === "tool-close") expect(open.delete(event.key)).toBe(true);
  }
  if (kinds.at(-1) === "end") expect([open.size, kinds.filter((kind) => kind === "stop").length]).toEqual([0, 1]);
}

test("every stream of events keeps the order its readers rely on", async () => {
  for (const name of names) checkOrder(read([await bytesOf(name)]));
});

test("R15 neither does any sequence of events, and none makes the reader throw", () => {
  const types = [
    ...["created", "in_progress", "completed", "incomplete", "failed", "output_item.added", "output_item.done"],
    ...["output_text.delta", "output_text.done", "refusal.delta", "content_part.done", "output_text.annotation.added"],
    ...["function_call_arguments.delta", "function_call_arguments.done", "custom_tool_call_input.delta"],
    ...["reasoning_summary_part.added", "reasoning_summary_text.delta", "reasoning_text.delta", "unknown"],
  ].map((type) => `response.${type}`);
  const item = fc.record(
    {
      type: fc.constantFrom(
        "message",
        "reasoning",
        "function_call",
        "custom_tool_call",
        "web_search_call",
        "shell_call",
        "x",
      ),
      id: fc.constantFrom("a", "b", ""),
      call_id: fc.constantFrom("c", "d"),
      name: fc.constantFrom("n", ""),
      arguments: fc.oneof(fc.constantFrom("", "{}", '{"a":'), fc.jsonValue()),
      content: fc.oneof(fc.constant([{ type: "output_text", text: "t" }]), fc.jsonValue()),
      summary: fc.jsonValue(),
      action: fc.jsonValue(),
    },
    { requiredKeys: ["type"] },
  );
  const event = fc.record(
    {
      type: fc.oneof(fc.constantFrom(...types), fc.constantFrom("error", "keepalive")),
      output_index: fc.oneof(fc.constantFrom(0, 1, 2), fc.jsonValue()),
      item_id: fc.constantFrom("a", "b"),
      item: fc.oneof(item, fc.jsonValue()),
      delta: fc.oneof(fc.constantFrom("x", ""), fc.jsonValue()),
      text: fc.string(),
      arguments: fc.constantFrom("", "{}", "xx"),
      part: fc.jsonValue(),
      annotation: fc.jsonValue(),
      response: fc.oneof(fc.record({ output: fc.array(item), status: fc.jsonValue() }), fc.jsonValue()),
    },
    { requiredKeys: ["type"] },
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 12 }), fc.boolean(), (events, wrapped) => {
      const answer = wrapped ? { ...emptyAnswerMap, customTools: new Set(["n"]) } : emptyAnswerMap;
      checkOrder(readText(events.map((each) => `data: ${JSON.stringify(each)}\n\n`).join(""), answer));
    }),
    { numRuns: 600 },
  );
});

test("R15 R20 a stream says what its last event holds as a whole", async () => {
  let compared = 0;
  // Text that was shown cannot move behind an item that only the end tells of.
  for (const name of names.filter((each) => each !== "first-only-in-final")) {
    const frames = (await Bun.file(`${folder}/${name}.sse`).text()).split(/\r?\n\r?\n/);
    const last = objectOf(
      parseJson(frames.findLast((text) => text.includes('"response.completed"'))?.split("data: ")[1] ?? ""),
    );
    const body = objectOf(last?.["response"]);
    const events = read([await bytesOf(name)]);
    if (body?.["output"] === undefined || JSON.stringify(body["output"]) === "[]" || events.at(-1)?.kind !== "end")
      continue;
    const decoded = openaiResponses.decodeResponse(body, emptyAnswerMap);
    if (decoded.kind === "failed") throw new Error(decoded.error.message);
    expect([name, assembleBlocks(events)]).toEqual([name, [...decoded.value.blocks]]);
    compared += 1;
  }
  expect(compared).toBeGreaterThan(8);
});

test("R15 R20 what our own writer sends reads back as the whole answer does", () => {
  const request = { tools: [{ type: "web_search" }] };
  fc.assert(
    fc.property(arbitraryResponse, (response) => {
      const context = replyContext({ request });
      const writer = openaiResponses.streamWriter(context);
      const events = readText(replay(response).map(writer.push).join(""));
      const decoded = openaiResponses.decodeResponse(openaiResponses.encodeResponse(response, context), emptyAnswerMap);
      if (decoded.kind === "failed") throw new Error(decoded.error.message);
      const { blocks, stop, usage } = decoded.value;
      // Only a whole answer leaves out a call that was cut off: of a stream it has been seen.
      if (decoded.losses.length === 0) expect(assembleBlocks(events)).toEqual([...blocks]);
      expect(events.filter(({ kind }) => kind === "stop")).toEqual([{ kind: "stop", stop }]);
      expect(events.filter(({ kind }) => kind === "usage")).toEqual(
        usage === undefined ? [] : [{ kind: "usage", usage }],
      );
    }),
    { numRuns: 300 },
  );
});

test("R19 a wrapped tool's text is taken out while it streams; a renamed tool has the client's name", () => {
  const item = { type: "function_call", call_id: "c1", name: "short", arguments: "" };
  const deltas = ['{"inp', 'ut":"a\\', "nb\\u00", 'e9"}'].map((delta) => ({
    type: "response.function_call_arguments.delta",
    output_index: 0,
    delta,
  }));
  const events = readText(
    [
      { type: "response.output_item.added", output_index: 0, item },
      ...deltas,
      { type: "response.completed", response: {} },
    ]
      .map(frame)
      .join(""),
    { ...emptyAnswerMap, customTools: new Set(["short"]), toolNames: new Map([["short", "a longer name"]]) },
  );
  const fragments = events.flatMap((event) => (event.kind === "tool-arguments" ? [event.text] : []));
  expect(fragments.join("")).toBe("a\nbé");
  expect(fragments.length).toBeGreaterThan(1);
  expect(events).toContainEqual({ kind: "tool-open", key: 0, id: "c1", name: "a longer name", tool: "custom" });
});

describe("R47 a stream that is forwarded as it is", () => {
  function tapped(text: string) {
    const tap = openaiResponses.streamTap();
    const decoder = sseDecoder();
    for (const event of [...decoder.push(new TextEncoder().encode(text)), ...decoder.end()]) tap.push(event);
    return tap;
  }

  test("is whole, failed, spent and empty as the reader sees it", async () => {
    for (const name of names) {
      const events = read([await bytesOf(name)]);
      const tap = tapped(await Bun.file(`${folder}/${name}.sse`).text());
      const error = events.find((event) => event.kind === "error");
      const isCutOff = error?.error.code === "stream_truncated" || name === "too-much-not-json";
      const usage = events.findLast((event) => event.kind === "usage")?.usage;
      const said = events.some(({ kind }) => contentKinds.has(kind) || kind === "thinking-signature");
      const seen = [tap.complete(), tap.error(), tap.usage()];
      const { webSearches: _ours, ...counted } = usage ?? { webSearches: 0 };
      expect([name, ...seen]).toEqual([
        name,
        events.at(-1)?.kind === "end",
        isCutOff ? undefined : error?.error,
        usage === undefined ? undefined : expect.objectContaining(counted),
      ]);
      if (events.at(-1)?.kind === "end" && said)
        expect([name, tap.committed(), tap.empty()]).toEqual([name, true, false]);
    }
  });

  test("promises nothing before its first word, and may end without one", () => {
    const begun = frame({ type: "response.created", response: {} });
    const reasoning = frame({
      type: "response.output_item.added",
      output_index: 0,
      item: { type: "reasoning", summary: [] },
    });
    const message = frame({
      type: "response.output_item.added",
      output_index: 1,
      item: { type: "message", content: [] },
    });
    const word = frame({ type: "response.output_text.delta", output_index: 1, delta: "a" });
    const call = frame({
      type: "response.output_item.added",
      output_index: 1,
      item: { type: "function_call", name: "w" },
    });
    const last = frame({ type: "response.completed", response: { output: [{ type: "message", content: [] }] } });
    expect(tapped(begun + reasoning + message).committed()).toBe(false);
    expect(tapped(begun + reasoning + message + word).committed()).toBe(true);
    expect(tapped(begun + call).committed()).toBe(true);
    const empty = tapped(begun + message + last);
    expect([empty.complete(), empty.empty(), empty.committed()]).toEqual([true, true, true]);
    expect(tapped(begun + word + last).empty()).toBe(false);
  });

  test("that talks about errors has none", () => {
    const said = frame({ type: "response.output_text.delta", output_index: 0, delta: '{"error":{"code":500}}' });
    const tap = tapped(said + frame({ type: "response.output_text.done", output_index: 0, text: '"error":{' }));
    expect(tap.error()).toBeUndefined();
  });

  test("R47 gets a failed response where it was cut off, and is left alone where it was not", async () => {
    const forwarded = async (name: string) => {
      const bytes = await bytesOf(name);
      const relay = forwardRelay(openaiResponses, openaiResponses, "r1", false);
      return Buffer.concat([relay.push(bytes), relay.end()]).toString();
    };
    expect(await forwarded("whole")).toBe(await Bun.file(`${folder}/whole.sse`).text());
    const cut = await forwarded("cut-after-text");
    expect(cut).toStartWith(await Bun.file(`${folder}/cut-after-text.sse`).text());
    expect(cut).toContain('\nevent: response.failed\ndata: {"type":"response.failed"');
  });
});

/** The parsed data of each frame that a client gets for a fixture. */
async function frames(name: string, client: WireFormat): Promise<readonly JsonObject[]> {
  const text = relayed([await bytesOf(name)], { upstream: "openai-responses", client, includeUsage: false });
  const decoder = sseDecoder();
  return decoder
    .push(new TextEncoder().encode(text))
    .map(({ data }) => parseJson(data))
    .filter(isObject);
}

test("R15 R20 C4.4 a Messages client gets one thinking block with its signature at the end, and no text twice", async () => {
  const told = (await frames("whole", "anthropic-messages")).map((event) => {
    const what = objectOf(event["delta"]) ?? objectOf(event["content_block"]) ?? {};
    const said = ["thinking", "text", "partial_json", "id", "stop_reason"].flatMap((field) => what[field] ?? []);
    return [event["type"], event["index"], what["type"], ...said].filter((each) => each !== undefined).join(" ");
  });
  expect(told).toEqual([
    "message_start",
    "content_block_start 0 thinking ",
    "content_block_delta 0 thinking_delta A",
    "content_block_delta 0 thinking_delta \n\nB",
    "content_block_delta 0 signature_delta",
    "content_block_stop 0",
    "content_block_start 1 text ",
    "content_block_delta 1 text_delta Hel",
    "content_block_delta 1 text_delta lo 🎉",
    "content_block_stop 1",
    "content_block_start 2 tool_use call_2",
    'content_block_delta 2 input_json_delta {"c"',
    "content_block_delta 2 input_json_delta :1}",
    "content_block_stop 2",
    "message_delta tool_use",
    "message_stop",
  ]);
});

test("R15 R20 C4.8 a Chat client gets the call_id, and each argument once", async () => {
  const told = (await frames("whole", "openai-chat")).map((chunk) => {
    const choice = objectOf(arrayOf(chunk["choices"])[0]);
    const { reasoning_details: _state, reasoning: _copy, ...delta } = objectOf(choice?.["delta"]) ?? {};
    return Object.keys(delta).length === 0 ? choice?.["finish_reason"] : delta;
  });
  expect(told).toEqual([
    { role: "assistant", content: "", refusal: null },
    { reasoning_content: "A" },
    { reasoning_content: "\n\nB" },
    // The chunk that carries the state.
    null,
    { content: "Hel" },
    { content: "lo 🎉" },
    { tool_calls: [{ index: 0, id: "call_2", type: "function", function: { name: "w", arguments: "" } }] },
    { tool_calls: [{ index: 0, function: { arguments: '{"c"' } }] },
    { tool_calls: [{ index: 0, function: { arguments: ":1}" } }] },
    "tool_calls",
  ]);
  expect((await frames("incomplete-length", "openai-chat")).at(-1)).toMatchObject({
    choices: [{ finish_reason: "length" }],
  });
});

test("X24 R20 a client of the Responses API reads the error in the response, wherever the upstream put it", async () => {
  expect((await frames("failed-error-beside", "openai-responses")).at(-1)).toMatchObject({ response: { error: null } });
  const relay = translatingRelay(openaiResponses, openaiResponses, emptyAnswerMap, replyContext());
  const text = Buffer.concat([relay.push(await bytesOf("failed-error-beside")), relay.end()]).toString();
  expect(text).toContain('"error":{"code":"server_is_overloaded","message":"Busy."}');
});
