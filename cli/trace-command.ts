import type { Page } from "../runtime/store/trace-pages.ts";
import { type Arguments, type Command, exitCode, type Flag, flagValue, type Io } from "./command.ts";
import { NoSourceError } from "./no-source-error.ts";
import { openSource, sourceFlags, type TraceSource } from "./trace-source.ts";

/** A command that reads what past requests did. */
export type TraceCommand = Pick<Command, "name" | "summary" | "operands" | "examples"> &
  Readonly<{
    flags: readonly Flag[];
    /** Prints what it finds, unless there is nothing to print. */
    show(source: TraceSource, args: Arguments, io: Io): Promise<Page<unknown>>;
  }>;

const jsonFlag: Flag = { name: "json", about: "print JSON, as the gateway's API has it" };

/** Which requests, for all that list or sum up several. */
export const filterFlags: readonly Flag[] = [
  {
    name: "since",
    value: "TIME",
    about: "from then on: an age (90s, 15m, 1h, 7d) or a time (2026-11-21, 2026-11-21T10:00:00Z)",
  },
  { name: "until", value: "TIME", about: "before then" },
  { name: "model", value: "NAME", about: "only those that asked for this model, or were served by it" },
  { name: "provider", value: "NAME", about: "only those that this provider served" },
  { name: "rule", value: "NAME", about: "only those of this rule; none: those of no rule" },
  { name: "key", value: "ID", about: "only those of this client, as the traces name its key" },
  { name: "status", value: "STATUS", about: "only those that ended so: 404, 5xx, or error" },
];

/** What is common to these commands: where they read, `--json`, errors and exit codes. */
export function traceCommand({ show, flags, ...command }: TraceCommand): Command {
  return {
    ...command,
    flags: [...flags, jsonFlag, ...sourceFlags],
    exitCodes: ["0  found", "1  there is no such request", "2  wrong usage, or the traces cannot be read"],
    run: async (args, io) => {
      try {
        const source = await openSource(args, io);
        try {
          return report(await show(source, args, io), command.name, args, io);
        } finally {
          await source.close();
        }
      } catch (thrown) {
        if (!(thrown instanceof NoSourceError)) throw thrown;
        io.err(`error: ${thrown.message}\n`);
        return exitCode.usage;
      }
    },
  };
}

export function isJson(args: Arguments): boolean {
  return args.flags.has("json");
}

/** The flags that were given, as the query of the API. */
export function queryOf(args: Arguments, names: readonly string[]): URLSearchParams {
  const query = new URLSearchParams();
  for (const name of names) {
    const value = flagValue(args, name);
    if (value !== undefined) query.set(name, value);
  }
  return query;
}

function report(page: Page<unknown>, name: string, { operands: [id] }: Arguments, io: Io): number {
  switch (page.kind) {
    case "page":
      return exitCode.ok;
    case "none":
      io.err(`error: The store has no request ${JSON.stringify(id)}. arouter traces lists those that it has.\n`);
      return exitCode.diagnostics;
    case "wrong":
      // It begins with the name of the parameter, which is that of the flag.
      io.err(`error: --${page.message}\nRun: arouter ${name} --help\n`);
      return exitCode.usage;
  }
}
