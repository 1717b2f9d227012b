import fc from "fast-check";
import type { Block, Request, Response, Stop, Tool, Turn, Usage } from "../../runtime/wire/canonical.ts";
import { request, response } from "./canonical.ts";

/** Words with what breaks careless code: quotes, escapes, line ends, several bytes, lone surrogates. */
const word = fc.constantFrom(
  "hello",
  "Grüße",
  "日本語",
  '"quoted" \\',
  "a\n\nb",
  "👩‍👩‍👧",
  "\ud83d",
  "<think>",
  "data: x",
  "0",
);
const words = fc.array(word, { minLength: 1, maxLength: 4 }).map((all) => all.join(" "));

const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
const args = fc.constantFrom("{}", '{"a":1}', '{"b":[1,{"c":"d"}],"a":"é"}', '{"big":12345678901234567890}');
const toolNames = ["look", "write_file", "ns__child"] as const;

const textBlock = words.map((text): Block => ({ kind: "text", text }));
const imageBlock = fc.constant<Block>({ kind: "image", source: { kind: "base64", mediaType: "image/png", data: png } });
const pdfBlock = fc.constant<Block>({
  kind: "document",
  source: { kind: "base64", mediaType: "application/pdf", data: "JVBERi0x" },
  title: "a.pdf",
});

const tools: readonly Tool[] = toolNames.map((name) => ({
  kind: "function",
  name,
  description: `Does ${name}`,
  schema: { type: "object", properties: { a: { type: "integer" } } },
}));

/** One exchange: what the user says, what the model says and calls, and the results of its calls. */
const exchange = fc
  .record({
    asked: fc.array(fc.oneof(textBlock, textBlock, imageBlock, pdfBlock), { minLength: 1, maxLength: 3 }),
    said: fc.option(words, { nil: undefined }),
    calls: fc.array(fc.record({ name: fc.constantFrom(...toolNames), argumentsText: args, result: words }), {
      maxLength: 3,
    }),
  })
  .filter(({ said, calls }) => said !== undefined || calls.length > 0);

/** A conversation that every format can hold: no signatures, no vendor's own tools. It ends with the user. */
export const requests: fc.Arbitrary<Request> = fc
  .record({
    system: fc.option(words, { nil: undefined }),
    exchanges: fc.array(exchange, { maxLength: 3 }),
    last: fc.array(textBlock, { minLength: 1, maxLength: 2 }),
    maxTokens: fc.option(fc.integer({ min: 16, max: 4000 }), { nil: undefined }),
    stream: fc.boolean(),
    withTools: fc.boolean(),
  })
  .map(({ system, exchanges, last, maxTokens, stream, withTools }) => {
    const hasCalls = exchanges.some(({ calls }) => calls.length > 0);
    const turns = exchanges.flatMap((each, index) => exchangeTurns(each, index));
    return request([...turns, { role: "user", blocks: last }], {
      system: system === undefined ? [] : [{ kind: "text", text: system }],
      tools: withTools || hasCalls ? tools : [],
      maxTokens,
      stream,
    });
  });

type Exchange = typeof exchange extends fc.Arbitrary<infer T> ? T : never;

function exchangeTurns({ asked, said, calls }: Exchange, index: number): readonly Turn[] {
  const id = (n: number) => `call_${index}_${n}`;
  const spoken: readonly Block[] = said === undefined ? [] : [{ kind: "text", text: said }];
  const called = calls.map(
    ({ name, argumentsText }, n): Block => ({ kind: "tool-call", id: id(n), name, tool: "function", argumentsText }),
  );
  const results = calls.map(
    ({ result }, n): Block => ({
      kind: "tool-result",
      callId: id(n),
      blocks: [{ kind: "text", text: result }],
      isError: false,
    }),
  );
  const turns: Turn[] = [
    { role: "user", blocks: asked },
    { role: "assistant", blocks: [...spoken, ...called] },
  ];
  if (results.length > 0) turns.push({ role: "user", blocks: results });
  return turns;
}

const usages: fc.Arbitrary<Usage> = fc
  .record({
    uncachedInput: fc.nat(100_000),
    cacheRead: fc.nat(100_000),
    cacheWrite: fc.nat(10_000),
    visible: fc.nat(10_000),
    reasoning: fc.nat(10_000),
  })
  .map(({ visible, ...rest }) => ({ ...rest, output: visible + rest.reasoning, cacheWriteKnown: true }));

/** A whole answer as any vendor may give it: thinking, text, calls, or a refusal. */
export const responses: fc.Arbitrary<Response> = fc
  .record({
    thinking: fc.option(words, { nil: undefined }),
    said: fc.option(words, { nil: undefined }),
    calls: fc.array(fc.record({ name: fc.constantFrom(...toolNames), argumentsText: args }), { maxLength: 3 }),
    usage: usages,
    isCut: fc.boolean(),
  })
  .map(({ thinking, said, calls, usage, isCut }) => {
    const blocks: Block[] = [];
    if (thinking !== undefined) blocks.push({ kind: "thinking", text: thinking });
    if (said !== undefined) blocks.push({ kind: "text", text: said });
    for (const [n, call] of calls.entries()) {
      blocks.push({ kind: "tool-call", id: `call_${n}`, tool: "function", ...call });
    }
    const stop: Stop = { reason: calls.length > 0 ? "tool-calls" : isCut ? "length" : "end" };
    return response(blocks, { stop, usage });
  });
