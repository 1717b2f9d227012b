import { afterEach, describe, expect, test } from "bun:test";
import { monotonicMs } from "../../../runtime/clock.ts";
import {
  type CheckerLimits,
  type CheckerOutcome,
  checkerLimits,
  createSchemaChecker,
  type SchemaChecker,
} from "../../../runtime/validation/schema-checker.ts";

/** A pattern no regex engine that backtracks can decide on this value, though it does match. */
const catastrophe = {
  schema: JSON.stringify({ pattern: "^(?:(?:a+)+b|a{40}!)$" }),
  value: JSON.stringify(`${"a".repeat(40)}!`),
};
/** Comparing every two of 60,000 objects takes minutes. */
const endless = {
  schema: '{"uniqueItems":true}',
  value: JSON.stringify(Array.from({ length: 60_000 }, (_, id) => ({ id, name: `n${id}` }))),
};
const easy = { schema: '{"type":"string"}', value: '"x"' };

const checkers: SchemaChecker[] = [];
function checker(limits: Partial<CheckerLimits> = {}): SchemaChecker {
  const made = createSchemaChecker({ ...checkerLimits, queueMs: 20_000, ...limits });
  checkers.push(made);
  return made;
}
afterEach(() => {
  for (const each of checkers.splice(0)) each.close();
});

describe("schema worker", () => {
  test("a catastrophic pattern times out, is no mismatch, and leaves the main thread free", async () => {
    const { check } = checker();
    await untilValid(check);
    // A busy machine may stop any process for a while; a match on this thread would block it in every round.
    let shortestMs = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 5 && shortestMs >= 50; round++) {
      const { outcome, longestGapMs } = await whileTicking(() => check(catastrophe));
      // Which of the two depends on how fast the machine is: never "mismatch".
      expect(outcome.kind).toBeOneOf(["timeout", "gave-up"]);
      shortestMs = Math.min(shortestMs, longestGapMs);
    }
    expect(shortestMs).toBeLessThan(50);
    await untilValid(check);
  }, 30_000);

  test("jobs behind a hostile one get their answers, in order, from a fresh worker", async () => {
    const { check } = checker({ deadlineMs: 2000 });
    const done: string[] = [];
    const jobs = [endless, easy, endless, easy].map(async (job, at) => {
      const { kind } = await check(job);
      done.push(`${at} ${kind}`);
    });
    await Promise.all(jobs);
    expect(done).toEqual(["0 timeout", "1 valid", "2 timeout", "3 valid"]);
  }, 30_000);

  test("the queue is bounded in length", async () => {
    const { check } = checker({ maxQueued: 2, deadlineMs: 5000 });
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => check(easy)));
    expect(outcomes.map(({ kind }) => kind)).toEqual(["valid", "valid", "overloaded", "overloaded", "overloaded"]);
  });

  test("the queue is bounded in time", async () => {
    const { check } = checker({ queueMs: 200, deadlineMs: 1000 });
    await untilValid(check);
    const outcomes = await Promise.all([check(endless), check(easy)]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(["timeout", "overloaded"]);
  });

  test("closing settles what waits, and a later check starts anew", async () => {
    const { check, close } = checker({ deadlineMs: 5000 });
    const waiting = [check(easy), check(easy)];
    close();
    expect((await Promise.all(waiting)).map(({ kind }) => kind)).toEqual(["crashed", "crashed"]);
    expect(await check(easy)).toEqual({ kind: "valid" });
  });
});

const module = new URL("../../../runtime/validation/schema-checker.ts", import.meta.url).href;
const program = `
  const { createSchemaChecker } = await import(${JSON.stringify(module)});
  const checker = createSchemaChecker({ deadlineMs: 5000, queueMs: 20000, maxQueued: 9 });
  const valid = await checker.check({ schema: '{"type":"string"}', value: '"x"' });
  const draft7 = await checker.check({ schema: '{"$schema":"http://json-schema.org/draft-07/schema#","type":"string"}', value: "1" });
  console.log(valid.kind, draft7.kind);
`;

describe("in a process of its own", () => {
  const deno = new URL("../../../node_modules/.bin/deno", import.meta.url).pathname;
  test.each([
    ["Bun", [process.execPath, "-e", program]],
    ["Deno", [deno, "eval", program]],
  ])(
    "%s: answers, and the idle worker does not keep the process running",
    async (_name, command) => {
      const child = Bun.spawn([...command], { stdout: "pipe", stderr: "pipe" });
      const ended = await Promise.race([child.exited, Bun.sleep(25_000).then(() => "still running")]);
      child.kill();
      expect({ ended, output: await new Response(child.stdout).text() }).toEqual({
        ended: 0,
        output: "valid mismatch\n",
      });
    },
    30_000,
  );
});

/** A worker that is still starting, or a machine that is busy, may miss a deadline or two. */
async function untilValid(check: SchemaChecker["check"]): Promise<void> {
  let kind = "";
  for (let round = 0; round < 20 && kind !== "valid"; round++) kind = (await check(easy)).kind;
  expect(kind).toBe("valid");
}

async function whileTicking(
  work: () => Promise<CheckerOutcome>,
): Promise<Readonly<{ outcome: CheckerOutcome; longestGapMs: number }>> {
  let last = monotonicMs();
  let longestGapMs = 0;
  const ticker = setInterval(() => {
    longestGapMs = Math.max(longestGapMs, monotonicMs() - last);
    last = monotonicMs();
  }, 2);
  const outcome = await work();
  longestGapMs = Math.max(longestGapMs, monotonicMs() - last);
  clearInterval(ticker);
  return { outcome, longestGapMs };
}
