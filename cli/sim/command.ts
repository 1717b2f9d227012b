import { parseArgs } from "node:util";
import { helpText } from "./help.ts";
import { isObject } from "./json.ts";
import type { RecordedRequest } from "./request-log.ts";
import { type Simulator, startSimulator } from "./simulator.ts";

const options = {
  port: { type: "string", default: "9100" },
  host: { type: "string", default: "127.0.0.1" },
  key: { type: "string" },
  model: { type: "string", multiple: true },
  quiet: { type: "boolean", default: false },
  help: { type: "boolean", default: false, short: "h" },
} as const;

/**
 * `arouter sim`: runs the simulator until SIGINT or SIGTERM. Resolves with the exit code: 0 after a signal or `--help`, 2 for
 * a wrong option or a port that cannot be had.
 */
export async function runSimulatorCommand(argv: readonly string[]): Promise<number> {
  const parsed = parse(argv);
  if (!parsed.ok) return usageError(parsed.message);
  const { port, host, key, model, quiet, help } = parsed.values;
  if (help) {
    process.stdout.write(helpText());
    return 0;
  }
  const portNumber = Number(port);
  if (!/^\d+$/.test(port) || portNumber > 65_535)
    return usageError(`--port wants a number from 0 to 65535, not "${port}".`);
  try {
    const simulator = await startSimulator({
      port: portNumber,
      host,
      ...(key === undefined ? {} : { openaiKey: key, anthropicKey: key, geminiKey: key }),
      ...(model === undefined ? {} : { models: model }),
      ...(quiet ? {} : { onRequest: (request: RecordedRequest) => process.stdout.write(logLine(request)) }),
    });
    process.stdout.write(greeting(simulator, key ?? "any-key", model?.[0]));
    await untilSignal();
    await simulator.stop();
    return 0;
  } catch (error) {
    process.stderr.write(
      `arouter sim: cannot listen on ${host}:${port}: ${error instanceof Error ? error.message : error}\n`,
    );
    return 2;
  }
}

function parse(argv: readonly string[]) {
  try {
    return { ok: true, values: parseArgs({ args: [...argv], options, strict: true }).values } as const;
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) } as const;
  }
}

function usageError(message: string): number {
  process.stderr.write(`arouter sim: ${message}\nRun \`arouter sim --help\` for the options.\n`);
  return 2;
}

function greeting(simulator: Simulator, key: string, model: string | undefined): string {
  const body = JSON.stringify({ model: model ?? "gpt-4o-mini", messages: [{ role: "user", content: "Hello" }] });
  return `Simulated OpenAI, Anthropic and Gemini APIs on ${simulator.openaiUrl}

  curl ${simulator.openaiUrl}/v1/chat/completions \\
    -H 'authorization: Bearer ${key.replaceAll("'", "'\\''")}' -H 'content-type: application/json' \\
    -d '${body}'

Misbehave:  POST ${simulator.openaiUrl}/_sim/scripts  {"do": {"status": 503}}   or model "gpt-4o-mini@sim:status=503"
Look:       GET ${simulator.openaiUrl}/_sim/requests
All of it:  arouter sim --help
`;
}

/** `12:00:00.000 POST /v1/messages claude-sonnet-4-5 200 12 ms`. */
function logLine(request: RecordedRequest): string {
  const { json } = request;
  const model = isObject(json) && typeof json["model"] === "string" ? json["model"] : "-";
  const endMs = request.completedAtMs ?? request.closedEarlyAtMs ?? request.atMs;
  const left = request.closedEarlyAtMs === undefined ? "" : " (client left)";
  const time = new Date(request.atMs).toISOString().slice(11, 23);
  return `${time} ${request.method} ${request.path} ${model} ${request.status ?? "-"} ${endMs - request.atMs} ms${left}\n`;
}

function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
}
