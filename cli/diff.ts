import { mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { witnessRequest } from "../compiler/analysis/witness-request.ts";
import { type Failed, type Understood, understand } from "../compiler/compile.ts";
import { epochMs } from "../runtime/clock.ts";
import { type Arguments, type Command, defaultConfig, exitCode, flagValue, type Io, profileFlag } from "./command.ts";
import { type Comparison, compare, costsMore, losesCapability } from "./diff/compare.ts";
import { renderMarkdown } from "./diff/render-markdown.ts";
import { renderPretty } from "./diff/render-pretty.ts";
import { compileOptions } from "./find-config.ts";
import { failureCode, report } from "./report.ts";

const formats = ["pretty", "json", "markdown"] as const;
const defaultInputTokens = 1000;
const defaultOutputTokens = 500;

/** What `--fail-on` may name. */
const reasonNames = ["reroute", "cost-increase", "capability-loss"] as const;
type Reason = (typeof reasonNames)[number];

/** Whether a comparison is that. */
const reasons = {
  reroute: ({ groups, models }: Comparison) => groups.length > 0 || models.length > 0,
  "cost-increase": costsMore,
  "capability-loss": losesCapability,
} as const satisfies Record<Reason, (comparison: Comparison) => boolean>;

export const diffCommand: Command = {
  name: "diff",
  summary: "say exactly which requests a new policy routes differently, and what that costs or saves",
  operands: ["OLD", "NEW"],
  flags: [
    { name: "format", value: formats.join("|"), choices: formats, about: "how to print it (default: pretty)" },
    {
      name: "fail-on",
      value: "REASON",
      about: `exit with 1 on ${reasonNames.join(", ")}; may be repeated, or be a list with commas`,
    },
    {
      name: "input-tokens",
      value: "NUMBER",
      about: `input tokens assumed where the policy sets no upper bound (default: ${defaultInputTokens})`,
    },
    { name: "output-tokens", value: "NUMBER", about: `output tokens assumed (default: ${defaultOutputTokens})` },
    { name: "requests", value: "FOLDER", about: "write the example of each group there, as a request to send" },
    profileFlag,
  ],
  examples: [
    "arouter diff old/arouter.toml arouter.toml",
    "arouter diff main-checkout . --format markdown --fail-on cost-increase,capability-loss",
  ],
  exitCodes: [
    "0  compared; nothing that --fail-on names",
    "1  something that --fail-on names, or one of the configurations has errors",
    "2  wrong usage, or a file cannot be read or written",
  ],
  run,
};

async function run(args: Arguments, io: Io): Promise<number> {
  const [oldPath = "", newPath = ""] = args.operands;
  const failOn = reasonsOf(args);
  const inputTokens = tokens(args, "input-tokens", defaultInputTokens);
  const outputTokens = tokens(args, "output-tokens", defaultOutputTokens);
  if (typeof failOn === "string") return usageError(failOn, io);
  if (inputTokens === undefined || outputTokens === undefined) {
    return usageError("--input-tokens and --output-tokens take whole numbers of tokens.", io);
  }
  const before = await understood(oldPath, args, io);
  if (!before.ok) return failureCode(before.diagnostics);
  const after = await understood(newPath, args, io);
  if (!after.ok) return failureCode(after.diagnostics);
  const comparison = compare(before, after, { inputTokens, outputTokens, epochMs: epochMs() });
  const folder = flagValue(args, "requests");
  if (folder !== undefined) await writeRequests(comparison, folder);
  io.out(rendered(comparison, args));
  // What could not be compared may be any of it.
  const met = failOn.filter((reason) => !comparison.isWhole || reasons[reason](comparison));
  if (met.length > 0) io.err(`Failed on ${met.join(", ")}.\n`);
  return met.length > 0 ? exitCode.diagnostics : exitCode.ok;
}

/** What is in a file, or in the folder of one. Its own warnings are not this command's matter. */
async function understood(path: string, args: Arguments, io: Io): Promise<Understood | Failed> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const result = await understand(isFolder ? join(path, defaultConfig) : path, compileOptions(args));
  if (!result.ok) report(result, { operands: [], flags: new Map() }, io);
  return result;
}

function rendered(comparison: Comparison, args: Arguments): string {
  switch (flagValue(args, "format")) {
    case "json": {
      const groups = comparison.groups.map((group) => ({ ...group, request: witnessRequest(group.witness) }));
      return `${JSON.stringify({ ...comparison, groups }, null, 2)}\n`;
    }
    case "markdown":
      return renderMarkdown(comparison);
    default:
      return renderPretty(comparison);
  }
}

/** `1.json`, `2.json` and so on, in the order of the groups: what `arouter explain` takes, and any gateway. */
async function writeRequests({ groups }: Comparison, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [index, { witness }] of groups.entries()) {
    await writeFile(join(folder, `${index + 1}.json`), `${JSON.stringify(witnessRequest(witness).body, null, 2)}\n`);
  }
}

function reasonsOf(args: Arguments): readonly Reason[] | string {
  const written = (args.flags.get("fail-on") ?? []).flatMap((list) => list.split(","));
  const unknown = written.find((word) => !reasonNames.some((reason) => reason === word));
  if (unknown !== undefined) return `--fail-on takes ${reasonNames.join(", ")}, not ${JSON.stringify(unknown)}.`;
  return reasonNames.filter((reason) => written.includes(reason));
}

function tokens(args: Arguments, flag: string, otherwise: number): number | undefined {
  const written = flagValue(args, flag);
  if (written === undefined) return otherwise;
  return /^\d{1,9}$/.test(written) ? Number(written) : undefined;
}

function usageError(message: string, io: Io): number {
  io.err(`error: ${message}\nRun: arouter diff --help\n`);
  return exitCode.usage;
}
