import { monotonicMs } from "../runtime/clock.ts";
import { type Arguments, type Command, exitCode, type Flag, flagValue, type Io } from "./command.ts";
import { type Recording, readLogFile } from "./replay/read-log-file.ts";
import type { Outcome, RecordedRequest } from "./replay/recorded-exchange.ts";
import { type Replayed, sendAgain, type Target } from "./replay/send-again.ts";
import { type Column, table } from "./table.ts";
import { countText, millisecondsText, unknown, usdText } from "./trace-texts.ts";

const defaultUrl = "http://127.0.0.1:8080";
const maxAtOnce = 64;

const flags: readonly Flag[] = [
  {
    name: "url",
    value: "URL",
    about: `the gateway to ask (default: AROUTER_URL, then ${defaultUrl}); AROUTER_API_KEY is its key`,
  },
  { name: "model", value: "NAME", about: "ask this model instead of the one that was asked then" },
  { name: "policy", about: "let the gateway's rules decide anew; without it the model of then is asked again" },
  { name: "limit", value: "NUMBER", about: "only the first so many (default: all)" },
  { name: "concurrency", value: "NUMBER", about: `how many at once, at most ${maxAtOnce} (default: 1)` },
  { name: "json", about: "print one JSON object a line instead of a table" },
];

export const replayCommand: Command = {
  name: "replay",
  summary: "send the requests of a log file again, and compare status, tokens and time",
  operands: ["FILE"],
  flags,
  examples: ["arouter replay requests.jsonl --limit 20", "arouter replay requests.jsonl --model gpt-4o-mini --json"],
  exitCodes: [
    "0  every request was answered",
    "1  some were not",
    "2  wrong usage, the file cannot be read, or no gateway answers",
  ],
  run,
};

type Pair = Readonly<{ request: RecordedRequest; then: Outcome; now: Replayed }>;

async function run(args: Arguments, io: Io): Promise<number> {
  const [file = ""] = args.operands;
  const limit = count(args, "limit", Number.MAX_SAFE_INTEGER);
  const atOnce = count(args, "concurrency", maxAtOnce);
  if (limit === undefined) return wrong("--limit takes a number from 1.", io);
  if (atOnce === undefined) return wrong(`--concurrency takes a number from 1 to ${maxAtOnce}.`, io);
  const recording = await readLogFile(file, limit).catch(messageOf);
  if (typeof recording === "string") return wrong(`${file} cannot be read: ${recording}`, io);

  const target = targetOf(args, io);
  if (!URL.canParse(target.url)) return wrong(`${target.url} is no URL; write ${defaultUrl}`, io);
  try {
    const pairs = await replayed(recording, target, atOnce);
    io.out(args.flags.has("json") ? jsonLines(pairs) : pretty(pairs, recording, io));
    return pairs.every(({ now }) => isGood(now)) ? exitCode.ok : exitCode.diagnostics;
  } catch (thrown) {
    return wrong(`${target.url} does not answer: ${messageOf(thrown)}`, io);
  }
}

function targetOf(args: Arguments, { env }: Io): Target {
  const url = flagValue(args, "url") ?? (env["AROUTER_URL"]?.trim() || defaultUrl);
  return {
    url: url.replace(/\/+$/, "").replace(/(\/api)?\/v1$/, ""),
    key: env["AROUTER_API_KEY"]?.trim() || "replay",
    model: flagValue(args, "model"),
    withPolicy: args.flags.has("policy"),
    now: monotonicMs,
  };
}

/** In the order of the file, whichever ends first. */
async function replayed({ requests, outcomes }: Recording, target: Target, atOnce: number): Promise<readonly Pair[]> {
  const pairs: Pair[] = [];
  let next = 0;
  async function worker(): Promise<void> {
    for (let at = next++; at < requests.length; at = next++) {
      const request = requests[at];
      if (request === undefined) return;
      const then = outcomes.get(request.requestId) ?? unseen;
      pairs[at] = { request, then, now: await sendAgain(request, target) };
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker));
  return pairs;
}

/** The file ends before the answer. */
const unseen: Outcome = { status: null, tokens: null, ms: null };

function isGood({ status }: Outcome): boolean {
  return status !== null && status >= 200 && status <= 299;
}

function jsonLines(pairs: readonly Pair[]): string {
  return pairs
    .map(({ request: { requestId, provider, model }, then, now }) =>
      JSON.stringify({ request_id: requestId, provider, model, then, now }),
    )
    .map((line) => `${line}\n`)
    .join("");
}

function pretty(pairs: readonly Pair[], { leftOut }: Recording, io: Io): string {
  const columns: readonly Column[] = [
    { title: "REQUEST", cut: true },
    { title: "MODEL", cut: true },
    { title: "SERVED NOW", cut: true },
    { title: "STATUS", right: true },
    { title: "TOKENS", right: true },
    { title: "MS", right: true },
    { title: "COST NOW", right: true },
  ];
  const rows = pairs.map(({ request, then, now }) => [
    request.requestId,
    `${request.provider}/${request.model}`,
    now.served ?? unknown,
    change(then.status, now.status, String),
    change(then.tokens, now.tokens, countText),
    change(then.ms, now.ms, millisecondsText),
    usdText(now.costUsd),
  ]);
  const good = pairs.filter(({ now }) => isGood(now)).length;
  const out = [...leftOut].map(([why, times]) => `${times} left out: ${why}\n`);
  return `${table(columns, rows, io.columns)}${good} of ${pairs.length} answered\n${out.join("")}`;
}

function change(then: number | null, now: number | null, text: (value: number) => string): string {
  const [before, after] = [then, now].map((value) => (value === null ? unknown : text(value)));
  return `${before} → ${after}`;
}

/** Undefined when what was typed is no such number; 1 for `concurrency` and all for `limit` when nothing was. */
function count(args: Arguments, name: "limit" | "concurrency", max: number): number | undefined {
  const written = flagValue(args, name);
  if (written === undefined) return name === "limit" ? max : 1;
  const value = Number(written);
  return /^\d+$/.test(written) && value >= 1 && value <= max ? value : undefined;
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

function wrong(message: string, io: Io): number {
  io.err(`error: ${message}\nRun: arouter replay --help\n`);
  return exitCode.usage;
}
