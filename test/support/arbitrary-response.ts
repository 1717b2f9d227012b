import fc from "fast-check";
import type { Block, Citation, Opaque, Response, Stop, StreamEvent } from "../../runtime/wire/canonical.ts";
import { codePoints } from "../../runtime/wire/code-points.ts";
import { replay } from "../../runtime/wire/replay.ts";

/** Answers of any upstream, in the neutral form. */

const words = fc.string({ unit: fc.constantFrom("a", " ", "é", "🎉", '"', "\n"), minLength: 1, maxLength: 12 });
const opaque: fc.Arbitrary<Opaque> = fc.record({
  from: fc.constantFrom("anthropic-messages", "openai-responses", "gemini"),
  data: fc.string({ minLength: 1, maxLength: 8 }),
});
const call = fc.record({
  name: fc.constantFrom("lookup", "ns__deep", "apply_patch"),
  signature: fc.option(opaque, { nil: undefined }),
});
const block: fc.Arbitrary<Block> = fc.oneof(
  words.map((text): Block => ({ kind: "text", text })),
  fc.record({ text: words, signature: opaque }).map((signed): Block => ({ kind: "text", ...signed })),
  fc
    .record({ text: fc.oneof(fc.constant(""), words), signature: opaque })
    .map((signed): Block => ({ kind: "thinking", ...signed })),
  words.map((text): Block => ({ kind: "thinking", text })),
  opaque.map((data): Block => ({ kind: "redacted-thinking", data })),
  words.map((text): Block => ({ kind: "refusal", text })),
  fc.record({ call, value: fc.jsonValue() }).map(
    ({ call: head, value }): Block => ({
      ...callBlock(head),
      tool: "function",
      argumentsText: JSON.stringify({ value }),
    }),
  ),
  fc.record({ call, text: fc.oneof(fc.constant(""), words) }).map(
    ({ call: head, text }): Block => ({
      ...callBlock(head),
      tool: "custom",
      argumentsText: text,
    }),
  ),
  fc.record({ query: words, failed: fc.boolean() }).map(
    (search): Block => ({
      kind: "web-search",
      id: "ws_1",
      sources: [{ url: "https://a.example/", title: "https://a.example/" }],
      ...search,
    }),
  ),
);

function callBlock({ name, signature }: { name: string; signature: Opaque | undefined }) {
  return { kind: "tool-call", id: "call", name, ...(signature === undefined ? {} : { signature }) } as const;
}

const stop: fc.Arbitrary<Stop> = fc.oneof(
  fc.constantFrom<Stop>({ reason: "end" }, { reason: "tool-calls" }, { reason: "length" }, { reason: "filtered" }),
  fc.constantFrom<Stop>({ reason: "refusal" }, { reason: "refusal", explanation: "No." }, { reason: "context-full" }),
  fc.constant<Stop>({ reason: "stop-sequence", sequence: "END" }),
);
const count = fc.nat({ max: 5000 });
const usage = fc.record({
  uncachedInput: count,
  cacheRead: count,
  cacheWrite: count,
  output: count,
  reasoning: count,
  cacheWriteKnown: fc.constant(true),
});

/** Every text may be cited as a whole, and calls have ids of their own. */
function settled(blocks: readonly Block[], cited: boolean): readonly Block[] {
  let position = 0;
  return blocks.map((each, index): Block => {
    if (each.kind === "tool-call") return { ...each, id: `call_${index}` };
    if (each.kind !== "text") return each;
    const start = position;
    position += codePoints(each.text);
    const citation: Citation = { url: "https://a.example/", title: "A", start, end: position };
    return cited ? { ...each, citations: [citation] } : each;
  });
}

export const arbitraryResponse: fc.Arbitrary<Response> = fc
  .record({
    blocks: fc.array(block, { maxLength: 8 }),
    cited: fc.boolean(),
    stop,
    usage: fc.option(usage, { nil: undefined }),
  })
  .map(({ blocks, cited, ...rest }) => ({ id: "up", model: "up-model", blocks: settled(blocks, cited), ...rest }));

type Fragment = Extract<StreamEvent, { kind: "tool-arguments" }>;

/** A stream of such an answer whose texts and arguments come in fragments, with pings between them. */
export const arbitraryStream: fc.Arbitrary<readonly StreamEvent[]> = fc
  .record({ response: arbitraryResponse, cuts: fc.infiniteStream(fc.nat({ max: 3 })) })
  .map(({ response, cuts }) => replay(response).flatMap((event) => fragments(event, cuts.next().value)));

function fragments(event: StreamEvent, cut: number): readonly StreamEvent[] {
  const isFragment = event.kind === "text" || event.kind === "thinking" || isArguments(event);
  if (!isFragment || cut === 0) return [event];
  const [head, tail] = [event.text.slice(0, cut), event.text.slice(cut)];
  return [{ ...event, text: head }, { kind: "ping" }, { ...event, text: tail }];
}

function isArguments(event: StreamEvent): event is Fragment {
  return event.kind === "tool-arguments";
}
