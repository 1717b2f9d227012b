import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { understand } from "../compiler/compile.ts";
import { describePlan, describeRoute } from "../compiler/describe.ts";
import { type Explanation, explain } from "../compiler/explain.ts";
import type { Endpoint } from "../runtime/contract.ts";
import { requestFacts } from "../runtime/facts.ts";
import { loadTokenizer } from "../runtime/tokens.ts";
import type { JsonObject } from "../runtime/wire/canonical.ts";
import { codecs } from "../runtime/wire/formats.ts";
import { isObject, parseJson } from "../runtime/wire/json.ts";
import {
  type Arguments,
  type Command,
  commonExitCodes,
  configFlag,
  defaultConfig,
  exitCode,
  flagValue,
  formatFlag,
  type Io,
} from "./command.ts";
import { guessEndpoint } from "./guess-endpoint.ts";
import { failureCode, isJson, report } from "./report.ts";

export const explainCommand: Command = {
  name: "explain",
  summary: "say which rule a request matches, or which condition failed",
  operands: ["REQUEST.json"],
  flags: [
    configFlag,
    {
      name: "endpoint",
      value: "chat_completions|messages",
      choices: ["chat_completions", "messages"],
      about: "the API the request is for (default: told from its body)",
    },
    { name: "header", value: "NAME:VALUE", about: "a request header; may be repeated" },
    formatFlag,
  ],
  examples: [
    "arouter explain request.json",
    'arouter explain request.json --header "x-team: search" --format json',
    "arouter explain - < request.json",
  ],
  exitCodes: commonExitCodes,
  run,
};

async function run(args: Arguments, io: Io): Promise<number> {
  const understood = await understand(flagValue(args, "config") ?? defaultConfig);
  if (!understood.ok) {
    report(understood.diagnostics, understood.sources, args, io);
    return failureCode(understood.diagnostics);
  }
  const [file = "-"] = args.operands;
  const body = parseJson(file === "-" ? await text(process.stdin) : await readFile(file, "utf8"));
  if (!isObject(body)) return usageError(`${file} does not hold a JSON object.`, io);
  const { model } = body;
  if (typeof model !== "string") return usageError(`${file} has no "model".`, io);
  const headers = readHeaders(args.flags.get("header") ?? []);
  if (typeof headers === "string") return usageError(headers, io);

  await loadTokenizer();
  const endpoint = endpointOf(args, body);
  const codec = Object.values(codecs).find((one) => one.endpoint === endpoint);
  if (codec === undefined) throw new Error(`no codec for ${endpoint}`);
  const facts = requestFacts({
    endpoint,
    model,
    body: codec.facts(body),
    headers,
    // Here the exact count is worth its price.
    tokenCeiling: Number.MAX_SAFE_INTEGER,
  });
  const explanation = explain(understood.ir, facts);
  const isGuessed = flagValue(args, "endpoint") === undefined;
  if (isJson(args)) io.out(`${JSON.stringify({ endpoint, ...explanation }, null, 2)}\n`);
  else io.out(prettyExplanation(explanation, `${endpoint}${isGuessed ? " (told from the body)" : ""}`));
  return exitCode.ok;
}

function endpointOf(args: Arguments, body: JsonObject): Endpoint {
  const said = flagValue(args, "endpoint");
  return said === "messages" || said === "chat_completions" ? said : guessEndpoint(body);
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

/** One paragraph a rule: its place, and what stood in its way. */
function prettyExplanation({ model, rules, plan, route }: Explanation, endpoint: string): string {
  const verdicts = rules.flatMap(({ rule, place, matched, failed }) => [
    `${place}: rule ${rule} ${matched ? "matches" : "does not match"}`,
    ...failed.map((one) => `  ${one.place}: it asks for ${one.condition}; the request has ${one.actual}`),
  ]);
  const outcome =
    plan === undefined
      ? `No rule matches: ${route === undefined ? "and no provider serves this model" : describeRoute(route)}`
      : describePlan({ hedge: undefined, ...plan });
  return `${[`${model} on ${endpoint}`, ...verdicts, `=> ${outcome}`].join("\n")}\n`;
}
