import { Type } from "typebox";
import { maxTimerMs } from "./defaults.ts";

type Options = Readonly<{ default?: number; description: string }>;

/** A whole number from `minimum` to `maximum`. */
export function integer(minimum: number, maximum: number, options: Options) {
  return Type.Integer({ minimum, maximum, ...options });
}

/** Any number from `minimum` to `maximum`. */
export function number(minimum: number, maximum: number, options: Options) {
  return Type.Number({ minimum, maximum, ...options });
}

/** Text that says something. */
export function text(description: string) {
  return Type.String({ minLength: 1, description });
}

export function flag(fallback: boolean, description: string) {
  return Type.Boolean({ default: fallback, description });
}

/** A time that fits a timer. */
export function milliseconds(minimum: number, fallback: number, description: string) {
  return integer(minimum, maxTimerMs, { default: fallback, description });
}
