import { failure } from "../errors.ts";
import type { Json, JsonObject, WireError } from "../wire/canonical.ts";
import { isArray, isObject } from "../wire/json.ts";

/** What is wrong with one part of a request; `param` is its path in the body, or its header. */
export type Report = (param: string, message: string) => void;

/** Keeps the first report, as a 400 for the client. */
export function firstFault(): Readonly<{ report: Report; fault(): WireError | undefined }> {
  let fault: WireError | undefined;
  return {
    report(param, message) {
      fault ??= failure("invalid-request", message, { param });
    },
    fault: () => fault,
  };
}

/** Reads members of one object by name. Absent and null ones are undefined; so are malformed ones, which are reported. */
export type MemberReader = Readonly<{
  /** A list of names, each of 1 to 256 characters. */
  names(name: string, count: Readonly<{ atLeast: number; atMost: number }>): readonly string[] | undefined;
  choice<T extends string>(name: string, choices: readonly T[]): T | undefined;
  flag(name: string): boolean | undefined;
  /** A number of at least 0, also as a decimal string. */
  amount(name: string): number | undefined;
  /** An object that has members of these names only: a silent typo would change where the request goes. */
  object(name: string, known: readonly string[]): MemberReader | undefined;
}>;

export const maxNameLength = 256;
const decimal = /^\d{1,15}(\.\d{1,15})?$/;

export function memberReader(object: JsonObject, path: string, report: Report): MemberReader {
  /** Reads one member; `rule` completes the sentence that begins with its name. */
  function read<T>(name: string, rule: string, accept: (value: Json) => T | undefined): T | undefined {
    const value = object[name];
    if (value === undefined || value === null) return undefined;
    const accepted = accept(value);
    if (accepted === undefined) report(path + name, `${path}${name} ${rule}.`);
    return accepted;
  }
  return {
    names(name, { atLeast, atMost }) {
      const rule = `is a list of ${atLeast} to ${atMost} names, each of 1 to ${maxNameLength} characters`;
      return read(name, rule, (value) => {
        if (!isArray(value) || value.length < atLeast || value.length > atMost) return undefined;
        return value.every(isName) ? value : undefined;
      });
    },
    choice(name, choices) {
      return read(name, `is one of ${choices.join(", ")}`, (value) => choices.find((choice) => choice === value));
    },
    flag(name) {
      return read(name, "is true or false", (value) => (typeof value === "boolean" ? value : undefined));
    },
    amount(name) {
      return read(name, 'is a number of at least 0, such as 2.5 or "2.5"', amountOf);
    },
    object(name, known) {
      const inner = read(name, `is an object with members such as ${known[0]}`, (value) =>
        isObject(value) ? value : undefined,
      );
      if (inner === undefined) return undefined;
      const stranger = Object.keys(inner).find((key) => !known.includes(key));
      if (stranger !== undefined) {
        const member = `${path}${name}.${stranger.slice(0, maxNameLength)}`;
        report(member, `${member} is not known here; ${path}${name} takes ${known.join(", ")}.`);
      }
      return memberReader(inner, `${path}${name}.`, report);
    },
  };
}

function isName(value: Json): value is string {
  return typeof value === "string" && value !== "" && value.length <= maxNameLength;
}

function amountOf(value: Json): number | undefined {
  if (typeof value === "string") return decimal.test(value) ? Number(value) : undefined;
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : undefined;
}
