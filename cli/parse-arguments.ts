import { suggest } from "../compiler/suggest.ts";
import type { Arguments, Command, Flag } from "./command.ts";

export type Parsed = Readonly<{ ok: true; args: Arguments }> | Readonly<{ ok: false; message: string }>;

/** Reads `--flag value`, `--flag=value` and both with one dash; `--` ends the flags. `--help` and `-h` are always known. */
export function parseArguments(argv: readonly string[], command: Pick<Command, "flags" | "operands">): Parsed {
  const flags = new Map<string, string[]>();
  const operands: string[] = [];
  const rest = [...argv];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === "--") {
      operands.push(...rest.splice(0));
    } else if (word === "-" || !word.startsWith("-")) {
      operands.push(word);
    } else {
      const [written = word, inline] = splitFlag(word);
      const flag = findFlag(written, command.flags);
      if (flag === undefined) return { ok: false, message: unknownFlag(written, command.flags) };
      const value = flag.value === undefined ? (inline === undefined ? "" : undefined) : (inline ?? rest.shift());
      const problem = value === undefined ? missingOrExtra(flag) : wrongChoice(flag, value);
      if (problem !== undefined) return { ok: false, message: problem };
      flags.set(flag.name, [...(flags.get(flag.name) ?? []), value ?? ""]);
    }
  }
  const extra = command.operands.some(isMany) ? undefined : operands[command.operands.length];
  if (extra !== undefined) return { ok: false, message: `Unexpected argument ${JSON.stringify(extra)}.` };
  return { ok: true, args: { flags, operands } };
}

/** `[FILE]` and `[FILE…]` may be left out, `FILE…` and `[FILE…]` may be several. */
export function isOptional(operand: string): boolean {
  return operand.startsWith("[");
}

function isMany(operand: string): boolean {
  return operand.includes("…");
}

const help: Flag = { name: "help", about: "this text" };

function splitFlag(word: string): [string, string | undefined] {
  const equals = word.indexOf("=");
  return equals < 0 ? [word, undefined] : [word.slice(0, equals), word.slice(equals + 1)];
}

function findFlag(written: string, flags: readonly Flag[]): Flag | undefined {
  const name = written.replace(/^--?/, "");
  return written === "-h" ? help : [...flags, help].find((flag) => flag.name === name);
}

function unknownFlag(written: string, flags: readonly Flag[]): string {
  const candidates = [...flags, help].map(({ name }) => `--${name}`);
  const hint = suggest(written.replace(/^--?/, "--"), candidates);
  return `Unknown option ${JSON.stringify(written)}.${hint === undefined ? "" : ` ${hint}`}`;
}

function missingOrExtra(flag: Flag): string {
  if (flag.value === undefined) return `--${flag.name} takes no value.`;
  return `--${flag.name} needs a value: --${flag.name} ${flag.value}`;
}

function wrongChoice(flag: Flag, value: string): string | undefined {
  if (flag.choices === undefined || flag.choices.includes(value)) return undefined;
  const hint = suggest(value, flag.choices);
  const advice = hint === undefined ? "" : ` ${hint}`;
  return `--${flag.name} is ${flag.choices.join(" or ")}, not ${JSON.stringify(value)}.${advice}`;
}
