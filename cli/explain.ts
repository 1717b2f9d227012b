import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { understand } from "../compiler/compile.ts";
import { placeOf } from "../compiler/place-of.ts";
import type { Endpoint } from "../runtime/contract.ts";
import { clientCodecs } from "../runtime/request/client-codecs.ts";
import {
  type Arguments,
  type Command,
  commonExitCodes,
  configFlag,
  exitCode,
  flagValue,
  formatFlag,
  type Io,
  profileFlag,
} from "./command.ts";
import { bodySubject } from "./explain/body-subject.ts";
import { factFlags, flagSubject } from "./explain/flag-subject.ts";
import { prettyExplanation } from "./explain/pretty-explanation.ts";
import type { Subject, Unexplainable } from "./explain/subject.ts";
import { tell } from "./explain/told.ts";
import { traceSubject } from "./explain/trace-subject.ts";
import { compileOptions, findConfig } from "./find-config.ts";
import { type InterpretedGateway, interpretedGateway } from "./interpreted-gateway.ts";
import { failureCode, isJson, report } from "./report.ts";
import { sourceFlags } from "./trace-source.ts";

const endpoints = Object.values(clientCodecs).map(({ endpoint }) => endpoint);

export const explainCommand: Command = {
  name: "explain",
  summary: "say why each rule does or does not match a request, and which offers would serve it in which order",
  operands: ["[REQUEST.json]"],
  flags: [
    configFlag,
    profileFlag,
    {
      name: "endpoint",
      value: "NAME",
      choices: endpoints,
      about: `the API the request is for: ${endpoints.join(", ")} (default: told from its body)`,
    },
    { name: "header", value: "NAME:VALUE", about: "a request header; may be repeated" },
    { name: "trace", value: "ID", about: "instead of a request: one that the traces have, with the rules of now" },
    ...sourceFlags.filter(({ name }) => name === "store" || name === "url"),
    ...factFlags,
    { name: "all", about: "tell the rules after the one that matches, too" },
    formatFlag,
  ],
  examples: [
    "arouter explain request.json",
    'arouter explain request.json --header "x-team: search" --format json',
    "arouter explain - < request.json",
    "arouter explain --trace 5fJt0Cq8ZrXw3yMB1nLkVh2D",
    "arouter explain --model gpt-4o --tokens 249 --tools --all",
  ],
  exitCodes: commonExitCodes,
  run,
};

async function run(args: Arguments, io: Io): Promise<number> {
  const problem = usageProblem(args);
  if (problem !== undefined) return usageError(problem, io);
  const understood = await understand(findConfig(args, io), compileOptions(args));
  if (!understood.ok) {
    report(understood, args, io);
    return failureCode(understood.diagnostics);
  }
  const gateway = interpretedGateway(understood);
  const subject = await subjectOf(args, io, gateway);
  if ("problem" in subject) return usageError(subject.problem, io);
  const told = tell(subject, {
    gateway,
    rules: understood.ir.rules,
    placeOf: placeOf(understood.sources),
    isWhole: args.flags.has("all"),
  });
  if ("problem" in told) return usageError(told.problem, io);
  io.out(isJson(args) ? `${JSON.stringify(told, null, 2)}\n` : prettyExplanation(told, subject.told));
  return exitCode.ok;
}

/** There are three ways to name a request, of which one is enough. */
function usageProblem({ operands: [file], flags }: Arguments): string | undefined {
  const facts = factFlags.filter(({ name }) => flags.has(name));
  const ways = [file !== undefined, flags.has("trace"), facts.length > 0].filter(Boolean).length;
  if (ways !== 1) return ways === 0 ? missing : excluding;
  if (facts.length === 0 || flags.has("model")) return undefined;
  return `--${facts[0]?.name} is a fact of a request: name its --model, too.`;
}

const missing =
  "Name the request: a file, - for standard input, --trace ID for a past one, or --model and further facts of one.";
const excluding = "A file, --trace and facts such as --model exclude each other.";
const usualEndpoint: Endpoint = "chat_completions";

async function subjectOf(args: Arguments, io: Io, gateway: InterpretedGateway): Promise<Subject | Unexplainable> {
  const headers = readHeaders(args.flags.get("header") ?? []);
  if (typeof headers === "string") return { problem: headers };
  const [file] = args.operands;
  const trace = flagValue(args, "trace");
  const said = endpoints.find((endpoint) => endpoint === flagValue(args, "endpoint"));
  if (trace !== undefined) return traceSubject(trace, args, io, gateway);
  if (file !== undefined) return bodySubject(await requestIn(file), { endpoint: said, headers }, gateway);
  return flagSubject(args, { endpoint: said ?? usualEndpoint, headers }, gateway);
}

async function requestIn(file: string): Promise<Readonly<{ file: string; text: string }>> {
  return { file, text: file === "-" ? await text(process.stdin) : await readFile(file, "utf8") };
}

/** A message when one of them is no header. */
function readHeaders(written: readonly string[]): Headers | string {
  const headers = new Headers();
  for (const line of written) {
    const [, name = "", value = ""] = /^([^:\s]+)\s*:\s*(.*)$/.exec(line) ?? [];
    try {
      headers.append(name, value);
    } catch {
      return `--header takes NAME:VALUE, not ${JSON.stringify(line)}.`;
    }
  }
  return headers;
}

function usageError(message: string, io: Io): number {
  io.err(`error: ${message}\nRun: arouter explain --help\n`);
  return exitCode.usage;
}
