import type { Logger } from "../../runtime/log/logger.ts";

/** A log that nobody reads. */
export const silent: Logger = {
  debug: undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  request: undefined,
};
