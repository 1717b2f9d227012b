import { run } from "../../cli/run.ts";

/** What a command printed, and its exit code. */
export type CliResult = Readonly<{ code: number; out: string; err: string }>;

/** Runs a command line in this process. */
export async function runCli(
  argv: readonly string[],
  options: Readonly<{
    env?: Readonly<Record<string, string>>;
    isTerminal?: boolean;
    columns?: number;
    /** What is typed when it asks, line by line; questions go to `out`. */
    answers?: readonly string[];
  }> = {},
): Promise<CliResult> {
  let out = "";
  let err = "";
  const conversation = (answers: readonly string[]) => () => {
    const rest = [...answers];
    return {
      ask: async (question: string) => {
        out += question;
        return rest.shift();
      },
      end: () => undefined,
    };
  };
  const code = await run(argv, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    env: options.env ?? {},
    isTerminal: options.isTerminal ?? false,
    columns: options.columns,
    converse: options.answers && conversation(options.answers),
  });
  return { code, out, err };
}
