import { expect } from "bun:test";
import type { Behaviour } from "../../../cli/sim/script/behaviour.ts";
import type { WireFormat } from "../../../runtime/contract.ts";
import { inEveryWay, onlyRequest, type Scenario, type Stage } from "../scenario.ts";

const hello = (model: string) => ({ model, turns: [{ role: "user", text: "hello" }] }) as const;
const longText = "one two three four five six seven eight nine ten ".repeat(20);

type Row = Readonly<{
  title: string;
  script: Behaviour;
  /** How often it happens. A connection that breaks at once may have been stale, so the gateway opens a second one. */
  times?: number;
  /** Only from this upstream. */
  upstream?: WireFormat;
  status: Readonly<Record<WireFormat, number>>;
  /** Class each SDK throws. */
  openai: string;
  anthropic: string;
  anthropic0: string;
  gatewayOnly?: true;
}>;

/** The status by the client's API. */
const same = (status: number) => ({
  "openai-chat": status,
  "openai-responses": status,
  "anthropic-messages": status,
  gemini: status,
});
const overloaded = { ...same(503), "anthropic-messages": 529 } as const;
const everySdk = (name: string) => ({ openai: name, anthropic: name, anthropic0: name });

const rows: readonly Row[] = [
  {
    title: "400",
    script: { status: 400, errorMessage: "temperature: out of range" },
    status: same(400),
    ...everySdk("BadRequestError"),
  },
  {
    title: "403",
    script: { status: 403, errorMessage: "not in your region" },
    status: same(403),
    ...everySdk("PermissionDeniedError"),
  },
  {
    title: "404",
    script: { status: 404, errorMessage: "no such model" },
    status: same(404),
    ...everySdk("NotFoundError"),
  },
  {
    title: "413",
    script: { status: 413, errorMessage: "request too big" },
    status: same(413),
    openai: "APIError",
    anthropic: "ContentTooLargeError",
    anthropic0: "APIError",
  },
  {
    title: "429",
    script: { status: 429, errorMessage: "slow down", retryAfter: "7" },
    status: same(429),
    ...everySdk("RateLimitError"),
  },
  {
    title: "500",
    script: { status: 500, errorMessage: "it broke" },
    status: same(500),
    ...everySdk("InternalServerError"),
  },
  {
    title: "an overloaded OpenAI upstream (503)",
    script: { status: 503, errorMessage: "try later" },
    upstream: "openai-chat",
    status: overloaded,
    openai: "InternalServerError",
    anthropic: "OverloadedError",
    anthropic0: "InternalServerError",
  },
  {
    title: "an overloaded Anthropic upstream (529)",
    script: { status: 529, errorMessage: "try later" },
    upstream: "anthropic-messages",
    status: overloaded,
    openai: "InternalServerError",
    anthropic: "OverloadedError",
    anthropic0: "InternalServerError",
  },
  {
    // A 401 would make the client doubt its own key.
    title: "the gateway's own key is refused (401)",
    script: { status: 401, errorMessage: "bad key" },
    status: same(502),
    ...everySdk("InternalServerError"),
    gatewayOnly: true,
  },
  {
    title: "the upstream answers with a web page",
    script: { status: 502, html: true },
    status: same(502),
    ...everySdk("InternalServerError"),
  },
  {
    title: "the upstream resets the connection",
    script: { resetBeforeHeaders: true },
    times: 2,
    status: same(502),
    ...everySdk("InternalServerError"),
    gatewayOnly: true,
  },
];

/** How a stream can die after its first text, each of which an SDK must not take for a whole answer. */
const deaths: readonly Readonly<{ title: string; script: Behaviour; gatewayOnly?: true }>[] = [
  {
    title: "an error event",
    script: { errorAfterEvents: 9, errorType: "overloaded_error", errorMessage: "too busy now" },
  },
  { title: "an end without its terminator", script: { endAfterEvents: 9 }, gatewayOnly: true },
  { title: "a connection reset", script: { resetAfterBytes: 3000 }, gatewayOnly: true },
];

export const errors: readonly Scenario[] = [
  ...rows.flatMap((row) =>
    inEveryWay(`R10 R13 R14 ${row.title} is the SDK's own typed error`, async (stage, answer) => {
      stage.script(row.script, row.times);
      const failure = await stage.sdk.failure(answer(hello(stage.model)));
      expect({ name: failure.name, status: failure.status }).toEqual({
        name: className(row, stage),
        status: row.status[stage.sdk.wire],
      });
      if (stage.sdk.wire !== "gemini") expect(failure.requestId).toMatch(/\w{8}/);
      if (!row.gatewayOnly && row.script.errorMessage !== undefined)
        expect(failure.message).toContain(row.script.errorMessage);
      if (row.script.retryAfter !== undefined && stage.sdk.wire !== "gemini")
        expect(failure.headers?.get("retry-after")).toBe(row.script.retryAfter);
    }).map((scenario) => ({
      ...scenario,
      ...(row.gatewayOnly && { gatewayOnly: true as const }),
      ...(row.upstream && { upstream: row.upstream }),
    })),
  ),

  ...deaths.flatMap(({ title, script, gatewayOnly }) =>
    (["iterate", "helper"] as const).map(
      (way): Scenario => ({
        title: `R15 R34 a stream that dies by ${title} is an error to the SDK (${way})`,
        ...(gatewayOnly && { gatewayOnly }),
        run: async (stage) => {
          stage.script({ text: longText, ...script });
          const failure = await stage.sdk.failure(stage.sdk[way](hello(stage.model)));
          // The head had gone out with 200 long before.
          if (stage.sdk.wire !== "gemini") expect(failure.status).toBeUndefined();
          if (script.errorMessage !== undefined) expect(failure.message).toContain(script.errorMessage);
        },
      }),
    ),
  ),

  {
    title: "R40 a client that leaves mid-stream closes the upstream's connection",
    run: async (stage) => {
      stage.script({ text: longText, eventDelayMs: 20 });
      await stage.sdk.abort(hello(stage.model));
      const deadline = performance.now() + 2_000;
      while (stage.received()[0]?.closedEarlyAtMs === undefined && performance.now() < deadline) await Bun.sleep(5);
      expect(onlyRequest(stage).closedEarlyAtMs).toBeNumber();
    },
  },
];

function className(row: Row, { sdk }: Stage): string {
  if (sdk.wire === "gemini") return "ApiError";
  if (sdk.wire !== "anthropic-messages") return row.openai;
  return sdk.name.startsWith("anthropic 0.") ? row.anthropic0 : row.anthropic;
}
