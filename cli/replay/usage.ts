import { exitCode, type Io } from "../command.ts";

/** Undefined when what was typed is no number from 1 to `max`. */
export function countOf(written: string, max: number): number | undefined {
  const value = Number(written);
  return /^\d+$/.test(written) && value >= 1 && value <= max ? value : undefined;
}

export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

export function wrong(message: string, io: Io): number {
  io.err(`error: ${message}\nRun: arouter replay --help\n`);
  return exitCode.usage;
}
