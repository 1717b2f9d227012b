import type { Dialect, Lack } from "../contract.ts";

/** Whether an upstream is known not to have something. */
export function lacks(dialect: Dialect, what: Lack): boolean {
  return dialect.lacks?.includes(what) === true;
}
