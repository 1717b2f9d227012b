import { type Arguments, type Command, configFlag, flagValue, type Io, profileFlag } from "./command.ts";
import { routeAgain } from "./replay/route-again.ts";
import { send, sendFlags } from "./replay/send.ts";
import { countOf, wrong } from "./replay/usage.ts";

const formats = ["pretty", "json", "markdown"] as const;

export const replayCommand: Command = {
  name: "replay",
  summary: "say what other rules would have done with the requests of a log file, or send them again and compare",
  operands: ["FILE"],
  flags: [
    {
      name: "policy",
      value: "FILE",
      about: "send nothing: where these rules lead, and what that costs (policies for --config, or a configuration)",
    },
    ...sendFlags,
    { name: "limit", value: "NUMBER", about: "only the first so many (default: all)" },
    {
      name: "format",
      value: formats.join("|"),
      choices: formats,
      about: "how to print it (default: pretty); json of sent requests is one object a line, markdown is for --policy",
    },
    configFlag,
    profileFlag,
  ],
  examples: [
    "arouter replay requests.jsonl --policy new-policies.yaml",
    "arouter replay requests.jsonl --policy . --format markdown",
    "arouter replay requests.jsonl --limit 20",
    "arouter replay requests.jsonl --model gpt-4o-mini --format json",
  ],
  exitCodes: [
    "0  every request was answered; with --policy: told",
    "1  some were not; with --policy: the configuration has errors",
    "2  wrong usage, the file cannot be read, or no gateway answers",
  ],
  run,
};

async function run(args: Arguments, io: Io): Promise<number> {
  const [file = ""] = args.operands;
  const policy = flagValue(args, "policy");
  const limit = countOf(flagValue(args, "limit") ?? String(Number.MAX_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
  if (limit === undefined) return wrong("--limit takes a number from 1.", io);
  if (policy === undefined) {
    if (flagValue(args, "format") === "markdown") return wrong("--format markdown is for --policy.", io);
    return send(file, limit, args, io);
  }
  const sent = sendFlags.find(({ name }) => args.flags.has(name));
  if (sent !== undefined) return wrong(`--policy sends nothing, so there is no --${sent.name}.`, io);
  return routeAgain(file, policy, limit, args, io);
}
