import { describe, expect, test } from "bun:test";
import { logConversions } from "../../../runtime/log/conversions.ts";
import { type Level, readLevel } from "../../../runtime/log/level.ts";
import { createLogger, type LogFormat, type Logger } from "../../../runtime/log/logger.ts";
import { openLog } from "../../../runtime/log/open-log.ts";
import type { FinishedRequest } from "../../../runtime/request/finished-request.ts";
import { createAttemptLog } from "../../../runtime/routing/attempt-log.ts";
import { finished } from "../../support/finished.ts";

/** The lines that whatever is done with a log prints. */
function linesOf(
  use: (log: Logger) => void,
  settings: Readonly<{ format?: LogFormat; level?: Level; isColoured?: boolean }> = {},
): readonly string[] {
  const lines: string[] = [];
  const print = (line: string) => void lines.push(line);
  use(createLogger({ format: "text", level: "info", isColoured: false, print, epochMs: () => 0, ...settings }));
  return lines;
}

function say(log: Logger): void {
  log.debug?.("seen");
  log.request?.(finished());
  log.info("fine");
  log.warn("odd");
  log.request?.(finished({ status: 502 }));
  log.error("bad");
}

const good =
  "1970-01-01T00:00:00.000Z 200 POST /v1/chat/completions gpt-4o -> openai/gpt-4o  rule=none  passthrough  12 ms";
const failed = good.replace(" 200 ", " 502 ");

describe("R330 LOG_LEVEL", () => {
  const all = ["debug: seen", good, "info: fine", "warning: odd", failed, "error: bad"];
  const cases: Readonly<Record<Level, readonly string[]>> = {
    debug: all,
    info: all.slice(1),
    warn: all.slice(3),
    error: all.slice(5),
  };
  test.each(Object.entries(cases))("%s", (word, lines) => {
    expect(linesOf(say, { level: readLevel(word) ?? "info" })).toEqual([...lines]);
  });

  test.each([
    ["DEBUG", "debug"],
    [" Warning ", "warn"],
    ["WARN", "warn"],
    ["trace", undefined],
    ["", undefined],
  ])("the word %j", (word, level) => expect(readLevel(word)).toBe(level as Level | undefined));

  test("a word that is no level is told of, and INFO holds", () => {
    const lines: string[] = [];
    const log = openLog({ env: { LOG_LEVEL: "loud" }, print: (line) => void lines.push(line) });
    expect(log.debug).toBeUndefined();
    expect(lines).toEqual(['warning: LOG_LEVEL is "loud"; it takes DEBUG, INFO, WARN or ERROR. INFO is in force.']);
  });
});

describe("formats", () => {
  test("json: a line is one object, with its level", () => {
    const lines = linesOf(say, { format: "json", level: "debug" }).map((line) => JSON.parse(line));
    const time = "1970-01-01T00:00:00.000Z";
    expect(lines.map(({ level }) => level)).toEqual(["debug", "info", "info", "warn", "warn", "error"]);
    expect(lines[3]).toEqual({ time, level: "warn", message: "odd" });
    expect(lines[1]).toEqual({
      time,
      level: "info",
      requestId: "req_1",
      method: "POST",
      path: "/v1/chat/completions",
      status: 200,
      requested: "gpt-4o",
      served: "gpt-4o",
      provider: "openai",
      rule: "none",
      decision: "passthrough",
      attempts: 1,
      stream: false,
      ms: 12,
      how: "finished",
    });
  });

  test("none: no line for a request, but what an operator has to know", () => {
    expect(linesOf(say, { format: "none" })).toEqual(["info: fine", "warning: odd", "error: bad"]);
  });

  test("a name of a client's cannot break a line", () => {
    const request = finished({ facts: { requested: "a\nb\u202e" }, path: "/v1/\x1b[31m" });
    expect(linesOf((log) => log.request?.(request))[0]).toContain(" /v1/?[31m a?b? -> ");
    expect(linesOf((log) => log.request?.(request), { format: "json" })[0]).toContain('"a\\nb\\u202e"');
  });

  test.each([
    ["green", 200, 32],
    ["yellow", 404, 33],
    ["red", 500, 31],
  ])("a status is %s on a terminal", (_name, status, code) => {
    const [line] = linesOf((log) => log.request?.(finished({ status })), { isColoured: true });
    expect(line).toContain(`Z \x1b[${code}m${status}\x1b[39m POST`);
  });
});

describe("R329 R330 conversions", () => {
  const attempts = createAttemptLog(
    () => 0,
    () => 0,
  );
  const offer = { provider: "anthropic", model: "claude-sonnet-4-5" };
  const begin = () => attempts.begin(offer, { format: "anthropic-messages", lease: undefined, hedge: false });
  const request: FinishedRequest = finished({
    facts: { losses: [{ code: "dropped", field: "/logit_bias" }], served: offer },
    attempts: [
      Object.assign(begin(), {
        outcome: "failed",
        status: 200,
        reason: "bad_upstream_answer",
        message: "The upstream's answer is not JSON.",
        ms: 7.4,
      }),
      Object.assign(begin(), { outcome: "ok", ms: 812 }),
    ],
  });
  const unreadable =
    "warning: request req_1: anthropic/claude-sonnet-4-5 (anthropic) gave an answer that cannot be read: The upstream's answer is not JSON.";

  test("an answer that cannot be read is told of always", () => {
    expect(linesOf((log) => logConversions(request, log))).toEqual([unreadable]);
  });

  test("at DEBUG: each attempt, its API and its end, and what was left out", () => {
    expect(linesOf((log) => logConversions(request, log), { level: "debug" })).toEqual([
      unreadable,
      "debug: request req_1: openai to anthropic/claude-sonnet-4-5 (anthropic), attempt 1: failed, bad_upstream_answer, status 200 in 7 ms",
      "debug: request req_1: openai to anthropic/claude-sonnet-4-5 (anthropic), attempt 2: ok in 812 ms",
      "debug: request req_1: dropped at /logit_bias for anthropic",
    ]);
  });

  test("at DEBUG: why nothing was asked", () => {
    const error = { class: "invalid-request", status: 400, message: "secret words", code: "arouter_bad_json" } as const;
    expect(linesOf((log) => logConversions(finished({ error }), log), { level: "debug" })).toEqual([
      "debug: request req_1: answered with invalid-request (arouter_bad_json)",
    ]);
  });
});
