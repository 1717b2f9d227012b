import type { StateChange } from "../health/health.ts";
import type { Logger } from "./logger.ts";

/** Tells in what state a provider is now, by its last probe. */
export function logStateChange({ provider, to, result }: StateChange, log: Pick<Logger, "info" | "warn">): void {
  const how = result.kind === "unreachable" ? result.why : `status ${result.status}`;
  if (to === "ok") log.info(`provider ${provider} answers again`);
  if (to === "offline") log.warn(`provider ${provider} does not answer its probe: ${how}`);
  if (to === "key_rejected") log.warn(`provider ${provider} refuses the gateway's key: ${how}`);
}
