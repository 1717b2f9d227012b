import type { AttemptJson, TraceJson } from "../runtime/store/trace-json.ts";
import type { Page } from "../runtime/store/trace-pages.ts";
import type { Arguments, Io } from "./command.ts";
import { type Column, printable, table } from "./table.ts";
import { isJson, traceCommand } from "./trace-command.ts";
import type { TraceSource } from "./trace-source.ts";
import { countText, millisecondsText, modelText, timeText, unknown, usdText } from "./trace-texts.ts";

export const traceOneCommand = traceCommand({
  name: "trace",
  summary: "show one request with each of its attempts: which provider, why not, tokens, cost",
  operands: ["ID"],
  flags: [],
  examples: ["arouter trace 5fJt0Cq8ZrXw3yMB1nLkVh2D", "arouter trace 5fJt0Cq8ZrXw3yMB1nLkVh2D --json"],
  show,
});

async function show(source: TraceSource, args: Arguments, io: Io): Promise<Page<TraceJson>> {
  const page = await source.trace(args.operands[0] ?? "");
  if (page.kind === "page") io.out(isJson(args) ? `${JSON.stringify(page.body, null, 2)}\n` : pretty(page.body, io));
  return page;
}

function pretty(trace: TraceJson, io: Io): string {
  const lines = [
    ["id", trace.id],
    ["time", `${timeText(trace.time)} UTC`],
    ["request", `${trace.endpoint}${trace.stream ? ", streamed" : ""}, key ${trace.key ?? unknown}`],
    ["model", modelText(trace)],
    ["rule", `${trace.rule} (${trace.decision})`],
    ["outcome", outcomeText(trace)],
    ["tokens", tokensText(trace)],
    ["cost", costText(trace)],
  ];
  const attempts = trace.attempts.length === 0 ? "Nobody was asked.\n" : attemptTable(trace.attempts, io);
  return `${lines.map(([name = "", value = ""]) => `${name.padEnd(9)}${printable(value)}\n`).join("")}\n${attempts}`;
}

function outcomeText({ status, how, error_type, total_ms, ttft_ms }: TraceJson): string {
  const first = ttft_ms === null ? "" : `, first content after ${millisecondsText(ttft_ms)} ms`;
  const error = error_type === null ? "" : `, ${error_type}`;
  return `${status} ${how}${error}, ${millisecondsText(total_ms)} ms${first}`;
}

function tokensText({ tokens }: TraceJson): string {
  if (tokens === null) return unknown;
  const { input, cache_read, cache_write, output, reasoning } = tokens;
  return `${countText(input)} in, ${countText(cache_read)} from the cache, ${countText(cache_write)} into the cache, ${countText(output)} out, of which ${countText(reasoning)} reasoning`;
}

function costText({ cost, cost_requested, saved, charged, byok }: TraceJson): string {
  const instead = saved === null ? "" : ` instead of ${usdText(cost_requested)}: saved ${usdText(saved)}`;
  return `${usdText(cost)}${instead}${byok ? `, on a key of its own: charged ${usdText(charged)}` : ""}`;
}

const columns: readonly Column[] = [
  { title: "#", right: true },
  { title: "PROVIDER", cut: true },
  { title: "MODEL", cut: true },
  { title: "KEY", cut: true },
  { title: "OUTCOME" },
  { title: "STATUS", right: true },
  { title: "MS", right: true },
  { title: "TTFT", right: true },
  { title: "IN", right: true },
  { title: "OUT", right: true },
  { title: "COST", right: true },
  { title: "WHY", cut: true },
];

function attemptTable(attempts: readonly AttemptJson[], io: Io): string {
  const rows = attempts.map((attempt) => [
    String(attempt.n),
    attempt.provider,
    attempt.model,
    attempt.key ?? unknown,
    `${attempt.outcome}${attempt.hedge ? " (hedge)" : ""}${attempt.quarantined ? ", key rests" : ""}`,
    attempt.status === null ? unknown : String(attempt.status),
    millisecondsText(attempt.latency_ms),
    millisecondsText(attempt.ttft_ms),
    countText(attempt.tokens_in),
    countText(attempt.tokens_out),
    `${attempt.cost_source === "estimated" ? "~" : ""}${usdText(attempt.cost)}`,
    [attempt.error_type, attempt.error_message].filter((text) => text !== null).join(": "),
  ]);
  return table(columns, rows, io.columns);
}
