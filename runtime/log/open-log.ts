import { epochMs } from "../clock.ts";
import { isWorker } from "../server/is-worker.ts";
import { defaultLevel, readLevel } from "./level.ts";
import { createLogger, type LogFormat, type Logger } from "./logger.ts";

export type LogOptions = Readonly<{
  env: Readonly<Record<string, string | undefined>>;
  /** Default: text. */
  log?: LogFormat | undefined;
  /** Takes each line; standard output unless given. */
  print?: (line: string) => void;
}>;

/** The log that an operator asked for: LOG_LEVEL says from where on, NO_COLOR that a terminal gets no colours. */
export function openLog({ env, log = "text", print }: LogOptions): Logger {
  const word = env["LOG_LEVEL"] ?? defaultLevel;
  const level = readLevel(word);
  const logger = createLogger({
    format: log,
    level: level ?? defaultLevel,
    isColoured: print === undefined && process.stdout.isTTY === true && !env["NO_COLOR"],
    print: print ?? ((line) => console.log(line)),
    epochMs,
  });
  // Workers leave it to their supervisor.
  if (level === undefined && !isWorker(env)) {
    logger.warn(`LOG_LEVEL is ${JSON.stringify(word)}; it takes DEBUG, INFO, WARN or ERROR. INFO is in force.`);
  }
  return logger;
}
