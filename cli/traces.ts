import { sleep } from "../runtime/clock.ts";
import type { TraceJson } from "../runtime/store/trace-json.ts";
import type { Page, TracesPage } from "../runtime/store/trace-pages.ts";
import type { Arguments, Io } from "./command.ts";
import { type Column, layOut, table, tableRow, titleRow } from "./table.ts";
import { filterFlags, isJson, queryOf, traceCommand } from "./trace-command.ts";
import type { TraceSource } from "./trace-source.ts";
import { countText, millisecondsText, modelText, timeText, usdText } from "./trace-texts.ts";

const pollMs = 1000;
/** At most so many at a time; what is more comes with the next. */
const polled = 1000;
/** How many of the past are shown first. */
const followedFrom = 10;

export const tracesCommand = traceCommand({
  name: "traces",
  summary: "list the latest requests: who served them, how long they took, what they cost",
  operands: [],
  flags: [
    { name: "limit", value: "NUMBER", about: "how many, at most 1000 (default: 50; 10 with --follow)" },
    { name: "before", value: "CURSOR", about: "those before the page that gave this cursor" },
    { name: "follow", about: "go on with what comes, oldest first; --json prints one line each" },
    ...filterFlags,
  ],
  examples: [
    "arouter traces --since 1h --status error",
    "arouter traces --follow --rule extract_with_self_healing",
    "arouter traces --url http://localhost:8080 --json",
  ],
  show,
});

const names = ["limit", "before", ...filterFlags.map(({ name }) => name)];

async function show(source: TraceSource, args: Arguments, io: Io): Promise<Page<TracesPage>> {
  const query = queryOf(args, names);
  const follows = args.flags.has("follow");
  if (follows && !query.has("limit")) query.set("limit", String(followedFrom));
  const first = await source.traces(query);
  if (first.kind !== "page") return first;
  if (follows) return follow(source, query, first.body, args, io);
  io.out(isJson(args) ? `${JSON.stringify(first.body, null, 2)}\n` : pretty(first.body, io));
  return first;
}

const columns: readonly Column[] = [
  { title: "TIME (UTC)" },
  { title: "ID" },
  { title: "STATUS" },
  { title: "MODEL", cut: true },
  { title: "PROVIDER", cut: true, drop: 1 },
  { title: "RULE", cut: true, drop: 4 },
  { title: "TRIES", right: true, drop: 4 },
  { title: "MS", right: true, drop: 2 },
  { title: "TTFT", right: true, drop: 6 },
  { title: "IN", right: true, drop: 3 },
  { title: "OUT", right: true, drop: 3 },
  { title: "COST", right: true },
  { title: "SAVED", right: true, drop: 5 },
];

function cells(trace: TraceJson): readonly string[] {
  return [
    timeText(trace.time).slice("2026-".length),
    trace.id,
    statusText(trace),
    modelText(trace),
    trace.provider,
    trace.rule,
    countText(trace.attempts.length),
    millisecondsText(trace.total_ms),
    millisecondsText(trace.ttft_ms),
    countText(trace.tokens_in),
    countText(trace.tokens_out),
    usdText(trace.cost),
    usdText(trace.saved),
  ];
}

/** The status alone would call a stream good that broke off, or that its client left. */
function statusText({ status, how }: TraceJson): string {
  return how === "finished" || status >= 400 ? String(status) : `${status} ${how}`;
}

function pretty({ traces, older }: TracesPage, io: Io): string {
  if (traces.length === 0) return "No requests.\n";
  const more = older === null ? "" : `Older ones: --before ${older}\n`;
  return `${table(columns, traces.map(cells), io.columns)}${more}`;
}

/** Never ends by itself. */
async function follow(
  source: TraceSource,
  query: URLSearchParams,
  first: TracesPage,
  args: Arguments,
  io: Io,
): Promise<Page<TracesPage>> {
  // Longer names may come yet; they are shown whole.
  const layout = layOut(columns, first.traces.map(cells), io.columns).map(({ column, ...place }) => {
    return { ...place, column: { ...column, cut: false } };
  });
  const print = (traces: readonly TraceJson[]) => {
    for (const trace of traces.toReversed()) {
      io.out(isJson(args) ? `${JSON.stringify(trace)}\n` : tableRow(layout, cells(trace)));
    }
  };
  if (!isJson(args)) io.out(titleRow(layout));
  print(first.traces);
  query.delete("before");
  query.set("limit", String(polled));
  for (let newest = first.newer ?? 0; ; ) {
    await sleep(pollMs, new AbortController().signal);
    query.set("after", String(newest));
    const page = await source.traces(query);
    if (page.kind !== "page") return page;
    print(page.body.traces);
    newest = page.body.newer ?? newest;
  }
}
