import { expect, test } from "bun:test";
import { createReasoningMemory } from "../../runtime/answer/reasoning-memory.ts";
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

test.each(["whole", "streamed"] as const)(
  "K11 what nobody signed is kept where it is wanted back: %s answer",
  (how) => {
    const thought: Block = { kind: "thinking", text: "unsigned plan" };
    const said: readonly Block[] = [thought, { kind: "text", text: "Looking." }, call("a"), call("b")];
    const tell = (memory: Memory, keepsText: boolean) => {
      if (how === "whole") return memory.remember("me", said, keepsText);
      const watch = memory.watch("me", keepsText);
      for (const event of replay(response(said))) watch(event);
    };
    const memory = createReasoningMemory(() => 0);
    tell(memory, false);
    expect(memory.textOf("me", "a")).toBeUndefined();
    tell(memory, true);
    expect(memory.textOf("me", "a")).toBe("unsigned plan");
    expect([memory.textOf("me", "b"), memory.textOf("somebody else", "a")]).toEqual([undefined, undefined]);
    const lost = request([user("go"), assistant(call("a"), call("b")), user(result("a", "1"))]);
    expect(memory.recall("me", lost).turns[1]?.blocks).toEqual([thought, call("a"), call("b")]);
    const own = request([user("go"), assistant({ kind: "thinking", text: "mine" }, call("a"))]);
    expect(memory.recall("me", own)).toEqual(own);
  },
);

test("a thought that would take all the memory is not kept", () => {
  const memory = createReasoningMemory(() => 0);
  const watch = memory.watch("me", true);
  const text = "x".repeat(1024 * 1024);
  for (let n = 0; n < 70; n++) watch({ kind: "thinking", text });
  for (const event of replay(response([call("a")]))) watch(event);
  expect(memory.textOf("me", "a")).toBeUndefined();
  memory.remember("me", [{ kind: "thinking", text: text.repeat(70) }, call("b")], true);
  expect(memory.textOf("me", "b")).toBeUndefined();
});
