import { createInterface } from "node:readline";
import { run } from "./run.ts";
import { terminalConversation } from "./terminal-conversation.ts";

process.exitCode = await run(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  env: process.env,
  isTerminal: process.stderr.isTTY === true,
  columns: process.stdout.columns,
  converse:
    process.stdin.isTTY === true
      ? () => terminalConversation(process.stdin, (text) => void process.stdout.write(text))
      : undefined,
  onTyped:
    process.stdin.isTTY === true ? (listener) => void createInterface(process.stdin).on("line", listener) : undefined,
});
