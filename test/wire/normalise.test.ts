import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Block, Turn } from "../../runtime/wire/canonical.ts";
import { normalise } from "../../runtime/wire/normalise.ts";
import { assistant, call, request, result, system, text, user } from "../support/canonical.ts";

function turnsOf(turns: readonly Turn[]): readonly Turn[] {
  return normalise(request(turns)).value.turns;
}

function lossesOf(turns: readonly Turn[]): readonly string[] {
  return normalise(request(turns)).losses.map((loss) => `${loss.code}:${loss.field}`);
}

const missing = (callId: string) => result(callId, "Tool call was not executed.", { isError: true });

describe("tool results follow their calls", () => {
  test("wR01 results that came as turns of their own become one user turn, in call order", () => {
    const turns = [user("go"), assistant(call("a"), call("b")), user(result("b", "two")), user(result("a", "one"))];
    expect(turnsOf(turns)).toEqual([
      user("go"),
      assistant(call("a"), call("b")),
      user(result("a", "one"), result("b", "two")),
    ]);
    expect(lossesOf(turns)).toEqual([]);
  });

  test("wR02 wR04 what the user says between and after results comes behind them", () => {
    const turns = [
      assistant(call("a"), call("b")),
      user(result("a", "one"), "hm"),
      user(result("b", "two")),
      user("continue"),
    ];
    expect(turnsOf(turns)).toEqual([
      assistant(call("a"), call("b")),
      user(result("a", "one"), result("b", "two"), "hm"),
      user("continue"),
    ]);
  });

  test("wR20 a system turn between call and result moves behind the result", () => {
    const turns = [assistant(call("a")), system("note"), user(result("a", "ok"))];
    expect(turnsOf(turns)).toEqual([assistant(call("a")), user(result("a", "ok")), system("note")]);
  });

  test("wR26 a call without a result gets one that says so", () => {
    const turns = [assistant(call("a"), call("b")), user(result("a", "one")), user("next")];
    expect(turnsOf(turns)).toEqual([assistant(call("a"), call("b")), user(result("a", "one"), missing("b"), "next")]);
    expect(lossesOf(turns)).toEqual(["missing_tool_result:messages"]);
  });

  test("a call at the very end gets a result too", () => {
    expect(turnsOf([user("go"), assistant(call("a"))])).toEqual([user("go"), assistant(call("a")), user(missing("a"))]);
  });

  test("a result without a call is dropped, and so is a turn that held nothing else", () => {
    const turns = [user(result("ghost", "boo")), user("hi"), assistant("yes"), user(result("a", "late"))];
    expect(turnsOf(turns)).toEqual([user("hi"), assistant("yes")]);
    expect(lossesOf(turns)).toEqual(["orphan_tool_result:messages"]);
  });

  test("wR28 of two results for one call the last stays", () => {
    const turns = [assistant(call("a")), user(result("a", "1")), user(result("a", "2"))];
    expect(turnsOf(turns)).toEqual([assistant(call("a")), user(result("a", "2"))]);
    expect(lossesOf(turns)).toEqual(["duplicate_tool_result:messages"]);
  });

  test("two calls with one id take their results in order", () => {
    const turns = [assistant(call("x", '{"n":1}'), call("x", '{"n":2}')), user(result("x", "1"), result("x", "2"))];
    expect(turnsOf(turns)).toEqual(turns);
    expect(lossesOf(turns)).toEqual([]);
  });

  test("an id used again in a later turn belongs to that turn", () => {
    const turns = [
      assistant(call("call_0")),
      user(result("call_0", "1")),
      assistant(call("call_0")),
      user(result("call_0", "2")),
    ];
    expect(turnsOf(turns)).toEqual(turns);
  });

  test("calls in consecutive assistant turns are answered turn by turn", () => {
    const turns = [assistant(call("a")), assistant(call("b")), user(result("a", "1")), user(result("b", "2"), "go on")];
    expect(turnsOf(turns)).toEqual([
      assistant(call("a")),
      user(result("a", "1")),
      assistant(call("b")),
      user(result("b", "2"), "go on"),
    ]);
  });
});

describe("normalising is stable", () => {
  const ids = fc.constantFrom("a", "b", "c");
  const said = fc.constantFrom("x", "y").map(text);
  const userTurn = fc.record({
    role: fc.constantFrom("user" as const, "system" as const),
    blocks: fc.array(
      fc.oneof(
        said,
        fc.tuple(ids, fc.string()).map(([id, value]): Block => result(id, value)),
      ),
      {
        minLength: 1,
        maxLength: 4,
      },
    ),
  });
  const assistantTurn = fc.record({
    role: fc.constant("assistant" as const),
    blocks: fc.array(
      fc.oneof(
        said,
        ids.map((id): Block => call(id)),
      ),
      { minLength: 1, maxLength: 4 },
    ),
  });
  const history = fc.array(fc.oneof(userTurn, assistantTurn), { maxLength: 8 });

  test("K16 what follows from the next answer on never changes what was made of the turns before", () => {
    fc.assert(
      fc.property(history, userTurn, assistantTurn, history, (before, asked, answered, after) => {
        const asking = [...before, { role: "user", blocks: [text("q")] } as const, asked];
        const first = turnsOf(asking);
        const longer = turnsOf([...asking, answered, ...after]);
        expect(JSON.stringify(longer.slice(0, first.length))).toBe(JSON.stringify(first));
      }),
    );
  });

  test("every call has one result directly behind it, in order; doing it again changes nothing", () => {
    fc.assert(
      fc.property(history, (turns) => {
        const once = normalise(request(turns)).value;
        expect(normalise(once)).toEqual({ kind: "decoded", value: once, losses: [] });
        once.turns.forEach((turn, index) => {
          if (turn.role !== "assistant") return;
          const calls = turn.blocks.flatMap((block) => (block.kind === "tool-call" ? [block.id] : []));
          const next = once.turns[index + 1]?.blocks.slice(0, calls.length) ?? [];
          const answered =
            calls.length === 0 ? [] : next.map((block) => (block.kind === "tool-result" ? block.callId : ""));
          expect(answered).toEqual(calls);
        });
      }),
    );
  });
});
