import { monotonicMs } from "../../runtime/clock.ts";
import { type Arguments, exitCode, type Flag, flagValue, type Io } from "../command.ts";
import { type Column, table } from "../table.ts";
import { countText, millisecondsText, unknown, usdText } from "../trace-texts.ts";
import { type Recording, readLogFile } from "./read-log-file.ts";
import type { Outcome, RecordedRequest } from "./recorded-exchange.ts";
import { type Replayed, sendAgain, type Target } from "./send-again.ts";
import { countOf, messageOf, wrong } from "./usage.ts";

const defaultUrl = "http://127.0.0.1:8080";
const maxAtOnce = 64;

/** What only a replay that sends something takes. */
export const sendFlags: readonly Flag[] = [
  {
    name: "url",
    value: "URL",
    about: `the gateway to ask (default: AROUTER_URL, then ${defaultUrl}); AROUTER_API_KEY is its key`,
  },
  { name: "model", value: "NAME", about: "ask this model instead of the one that was asked then" },
  { name: "route", about: "let the gateway's rules decide anew; without it the model of then is asked again" },
  { name: "concurrency", value: "NUMBER", about: `how many at once, at most ${maxAtOnce} (default: 1)` },
];

type Pair = Readonly<{ request: RecordedRequest; then: Outcome; now: Replayed }>;

/** Sends the first `limit` requests of a log file again, and compares how they went. */
export async function send(file: string, limit: number, args: Arguments, io: Io): Promise<number> {
  const atOnce = countOf(flagValue(args, "concurrency") ?? "1", maxAtOnce);
  if (atOnce === undefined) return wrong(`--concurrency takes a number from 1 to ${maxAtOnce}.`, io);
  const recording = await readLogFile(file, limit).catch(messageOf);
  if (typeof recording === "string") return wrong(`${file} cannot be read: ${recording}`, io);

  const target = targetOf(args, io);
  if (!URL.canParse(target.url)) return wrong(`${target.url} is no URL; write ${defaultUrl}`, io);
  try {
    const pairs = await replayed(recording, target, atOnce);
    io.out(flagValue(args, "format") === "json" ? jsonLines(pairs) : pretty(pairs, recording, io));
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
    withPolicy: args.flags.has("route"),
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
