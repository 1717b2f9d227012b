import { createInterface } from "node:readline";
import { run } from "./run.ts";

process.exitCode = await run(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  env: process.env,
  isTerminal: process.stderr.isTTY === true,
  columns: process.stdout.columns,
  onTyped:
    process.stdin.isTTY === true ? (listener) => void createInterface(process.stdin).on("line", listener) : undefined,
});
