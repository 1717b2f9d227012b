import { expect, test } from "bun:test";
import { createReasoningMemory } from "../../runtime/reasoning-memory.ts";
import type { Block, Opaque } from "../../runtime/wire/canonical.ts";
import { replay } from "../../runtime/wire/replay.ts";
import { assistant, call, request, response, result, user } from "../support/canonical.ts";

const signature: Opaque = { from: "gemini", data: "S1" };
const thought: Block = { kind: "thinking", text: "plan", signature: { from: "anthropic-messages", data: "T" } };
const said: readonly Block[] = [
  thought,
  { kind: "text", text: "Looking." },
  call("a", '{"q":1}', { signature }),
  call("b"),
];
const history = request([user("go"), assistant(call("a", '{"q":1}'), call("b")), user(result("a", "1"))]);
const restored = [thought, call("a", '{"q":1}', { signature }), call("b")];
type Memory = ReturnType<typeof createReasoningMemory>;
const remembering = {
  whole: (memory: Memory) => memory.remember("me", said),
  streamed: (memory: Memory) => {
    const watch = memory.watch("me");
    for (const event of replay(response(said))) watch(event);
  },
};

test.each(["whole", "streamed"] as const)(
  "K11 what a client's history lost comes back by call id: %s answer",
  (how) => {
    const memory = createReasoningMemory(() => 0);
    remembering[how](memory);
    expect(memory.recall("me", history).turns[1]?.blocks).toEqual(restored);
    expect(memory.recall("somebody else", history)).toEqual(history);
  },
);

test("what the client did send back stays as it is", () => {
  const memory = createReasoningMemory(() => 0);
  memory.remember("me", said);
  const own: Block = { kind: "thinking", text: "mine", signature: { from: "anthropic-messages", data: "U" } };
  const sent = request([user("go"), assistant(own, call("a", "{}", { signature: { from: "gemini", data: "S2" } }))]);
  expect(memory.recall("me", sent)).toEqual(sent);
});

test("it forgets after six hours, and the oldest first when there is too much", () => {
  let now = 1;
  const memory = createReasoningMemory(() => now);
  memory.remember("me", said);
  now += 6 * 3_600_000 - 10;
  expect(memory.recall("me", history).turns[1]?.blocks).toEqual(restored);
  now += 20;
  expect(memory.recall("me", history)).toEqual(history);
  memory.remember("me", said);
  for (let n = 0; n < 20_000; n++) memory.remember("me", [call(`c${n}`, "{}", { signature })]);
  expect(memory.recall("me", history)).toEqual(history);
});
