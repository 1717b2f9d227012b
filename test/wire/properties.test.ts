import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { WireFormat } from "../../runtime/contract.ts";
import type { JsonObject, Request, Response, StreamEvent } from "../../runtime/wire/canonical.ts";
import { emptyAnswerMap, type UpstreamTarget } from "../../runtime/wire/codec.ts";
import { codecs } from "../../runtime/wire/formats.ts";
import { normalise } from "../../runtime/wire/normalise.ts";
import { replay } from "../../runtime/wire/replay.ts";
import { sseDecoder } from "../../runtime/wire/sse.ts";
import { requests, responses } from "../support/arbitrary-conversation.ts";
import { replyContext, target } from "../support/canonical.ts";

const formats = Object.keys(codecs) as WireFormat[];
const models = {
  "openai-chat": "gpt-4o",
  "openai-responses": "gpt-4o",
  "anthropic-messages": "claude-sonnet-4-5",
  gemini: "gemini-2.5-pro",
} as const satisfies Record<WireFormat, string>;
const aim = (format: WireFormat): UpstreamTarget => target(models[format]);

function encoded(format: WireFormat, request: Request): JsonObject {
  const made = codecs[format].encodeRequest(normalise(request).value, aim(format));
  if (made.kind === "rejection") throw new Error(`${made.code}: ${made.message}`);
  // As the app hands it over: what the URL says stands in the body.
  return JSON.parse(JSON.stringify({ ...made.body, model: models[format], stream: request.stream }));
}

function decoded(format: WireFormat, body: JsonObject): Request {
  const read = codecs[format].decodeRequest(body);
  if (read.kind === "rejection") throw new Error(`${read.code}: ${read.message}`);
  return read.value;
}

describe.each(formats)("R206 R289 %s: requests", (format) => {
  test("what was written and read once stays the same however often it is written and read", () => {
    fc.assert(
      fc.property(requests, (request) => {
        const once = decoded(format, encoded(format, request));
        expect(decoded(format, encoded(format, once))).toEqual(once);
      }),
      { numRuns: 300 },
    );
  });

  test("nothing that was said is lost, and nothing is added", () => {
    fc.assert(
      fc.property(requests, (request) => {
        expect(textsOf(decoded(format, encoded(format, request)))).toEqual(textsOf(request));
      }),
      { numRuns: 300 },
    );
  });

  test("the same request is written in the same bytes, and goes on with them when it grows", () => {
    fc.assert(
      fc.property(requests, requests, (request, more) => {
        const first = JSON.stringify(encoded(format, request));
        expect(JSON.stringify(encoded(format, request))).toBe(first);
        const answered: Request = {
          ...request,
          turns: [...request.turns, { role: "assistant", blocks: [{ kind: "text", text: "ok" }] }, ...more.turns],
        };
        const turns = turnsIn(format, JSON.parse(first));
        const grown = turnsIn(format, encoded(format, { ...answered, tools: request.tools }));
        expect(JSON.stringify(grown.slice(0, turns.length))).toBe(JSON.stringify(turns));
      }),
      { numRuns: 200 },
    );
  });

  test("no JSON makes it throw", () => {
    fc.assert(
      fc.property(anyBody, (body) => {
        const read = codecs[format].decodeRequest(body);
        codecs[format].facts(body).texts();
        if (read.kind !== "decoded") return;
        for (const to of formats) codecs[to].encodeRequest(normalise(read.value).value, aim(to));
      }),
      { numRuns: 2000 },
    );
  });
});

describe.each(formats)("R290 R291 R303 %s: answers", (format) => {
  const codec = codecs[format];

  test("a stream of it adds up to the whole answer", () => {
    fc.assert(
      fc.property(responses, (response) => {
        const context = replyContext({ request: { stream_options: { include_usage: true } } });
        const whole = codec.decodeResponse(codec.encodeResponse(response, context), emptyAnswerMap);
        if (whole.kind === "failed") throw new Error(whole.error.message);
        const writer = codec.streamWriter(context);
        const text = replay(response)
          .map((event) => writer.push(event))
          .join("");
        expect(assembled(format, text)).toEqual(comparable(whole.value));
      }),
      { numRuns: 300 },
    );
  });

  test("what was written and read once stays the same", () => {
    fc.assert(
      fc.property(responses, (response) => {
        const read = (value: Response) => {
          const again = codec.decodeResponse(codec.encodeResponse(value, replyContext()), emptyAnswerMap);
          if (again.kind === "failed") throw new Error(again.error.message);
          return again.value;
        };
        const once = read(response);
        expect({ ...read(once), id: "" }).toEqual({ ...once, id: "" });
      }),
      { numRuns: 300 },
    );
  });

  test("no JSON and no event makes it throw or go on for ever", () => {
    const events = fc.array(
      fc.oneof(
        anyBody.map((body) => JSON.stringify(body)),
        fc.string(),
        fc.constant("[DONE]"),
        likely(format),
      ),
    );
    fc.assert(
      fc.property(events, anyBody, fc.string(), (all, body, text) => {
        codec.decodeResponse(body, emptyAnswerMap);
        codec.decodeError(500, text);
        codec.decodeError(400, JSON.stringify(body));
        const reader = codec.streamReader(emptyAnswerMap);
        const tap = codec.streamTap();
        const writer = codec.streamWriter(replyContext());
        for (const data of all) {
          tap.push({ event: undefined, data });
          for (const event of reader.push({ event: undefined, data })) writer.push(event);
        }
        for (const event of reader.end()) writer.push(event);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("R299 R300 usage of every pair", () => {
  for (const from of formats) {
    for (const to of formats) {
      test(`${from} to ${to}: classes are disjoint and add up`, () => {
        fc.assert(
          fc.property(responses, (response) => {
            const context = replyContext({ request: { stream_options: { include_usage: true } } });
            const said = codecs[from].decodeResponse(codecs[from].encodeResponse(response, context), emptyAnswerMap);
            if (said.kind === "failed") throw new Error(said.error.message);
            const heard = codecs[to].decodeResponse(codecs[to].encodeResponse(said.value, context), emptyAnswerMap);
            if (heard.kind === "failed" || heard.value.usage === undefined || response.usage === undefined)
              throw new Error("no usage");
            const { uncachedInput, cacheRead, cacheWrite, output, reasoning } = heard.value.usage;
            const wanted = response.usage;
            // Gemini has no word for tokens that were written to a cache: they count as plain input there.
            const forgets = from === "gemini" || to === "gemini";
            const written = forgets ? 0 : wanted.cacheWrite;
            expect({ uncachedInput, cacheRead, cacheWrite, output, reasoning }).toEqual({
              uncachedInput: wanted.uncachedInput + (wanted.cacheWrite - written),
              cacheRead: wanted.cacheRead,
              cacheWrite: written,
              output: wanted.output,
              reasoning: wanted.reasoning,
            });
          }),
          { numRuns: 100 },
        );
      });
    }
  }
});

/** Objects whose members have the names that codecs look for, and any values. */
const names = fc.constantFrom(
  ...["model", "messages", "input", "contents", "role", "content", "parts", "text", "type", "tools", "tool_calls"],
  ...["function", "name", "arguments", "system", "systemInstruction", "generationConfig", "thinking", "output"],
  ...["choices", "delta", "message", "candidates", "usage", "error", "index", "item", "response", "output_index"],
  ...["functionCall", "functionResponse", "args", "id", "call_id", "tool_choice", "stop", "stream", "reasoning"],
);
const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom(
      "user",
      "assistant",
      "model",
      "text",
      "tool_use",
      "function_call",
      "reasoning",
      "image_url",
      "message",
    ),
    fc.constantFrom("", "x", 0, -1, 1e308, true, false, null),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(names, tie("value"), { maxKeys: 5 }),
  ),
}));
const anyBody = fc
  .dictionary(names, values.value, { maxKeys: 8 })
  .map((body): JsonObject => JSON.parse(JSON.stringify(body)));

/** Events of the format's own, to get further than noise does. */
function likely(format: WireFormat): fc.Arbitrary<string> {
  return responses.chain((response) => {
    const writer = codecs[format].streamWriter(replyContext());
    const text = replay(response)
      .map((event) => writer.push(event))
      .join("");
    const events = sseDecoder().push(new TextEncoder().encode(text));
    return fc.constantFrom("{}", ...events.map(({ data }) => data));
  });
}

function textsOf(request: Request): readonly string[] {
  const blocks = [...request.system, ...request.turns.flatMap((turn) => turn.blocks)];
  return blocks.flatMap((block): string[] => {
    if (block.kind === "text") return [block.text];
    if (block.kind === "tool-call") return [block.name, JSON.stringify(JSON.parse(block.argumentsText))];
    if (block.kind === "tool-result") return block.blocks.map((inner) => (inner.kind === "text" ? inner.text : ""));
    return [block.kind];
  });
}

function turnsIn(format: WireFormat, body: JsonObject): readonly unknown[] {
  const turns = body[{ "openai-responses": "input", gemini: "contents" }[format as string] ?? "messages"];
  return Array.isArray(turns) ? turns : [];
}

/** What a client that reads the whole stream has in the end. */
function assembled(format: WireFormat, text: string): unknown {
  const reader = codecs[format].streamReader(emptyAnswerMap);
  const events = sseDecoder().push(new TextEncoder().encode(text));
  return folded([...events.flatMap(reader.push), ...reader.end()]);
}

function comparable({ blocks, stop, usage }: Response): unknown {
  return folded([...replay({ id: "", model: "", blocks, stop, usage })]);
}

/** Events without where one was cut into several. */
function folded(events: readonly StreamEvent[]): unknown {
  const said = {
    text: "",
    thinking: "",
    refusal: "",
    calls: [] as unknown[],
    stop: undefined as unknown,
    usage: undefined as unknown,
  };
  const open = new Map<number, { id: string; name: string; argumentsText: string }>();
  for (const event of events) {
    switch (event.kind) {
      case "text":
      case "thinking":
      case "refusal":
        said[event.kind] += event.text;
        break;
      case "tool-open": {
        const call = { id: event.id, name: event.name, argumentsText: "" };
        open.set(event.key, call);
        break;
      }
      case "tool-arguments": {
        const call = open.get(event.key);
        if (call !== undefined) call.argumentsText += event.text;
        break;
      }
      case "stop":
        said.stop = event.stop.reason;
        break;
      case "usage":
        said.usage = event.usage;
        break;
      case "error":
        throw new Error(event.error.message);
      default:
    }
  }
  // Where arguments are an object (Messages, Gemini), numbers beyond 2^53 are rounded.
  return {
    ...said,
    calls: [...open.values()].map((call) => ({ ...call, argumentsText: JSON.parse(call.argumentsText) })),
  };
}
