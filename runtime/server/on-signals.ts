import { monotonicMs } from "../clock.ts";

export type SignalActions = Readonly<{
  /** SIGTERM and SIGINT; resolves to the exit code. */
  stop(): Promise<number>;
  /** A second one of these. */
  stopNow(): void;
  /** SIGHUP. */
  reload(): Promise<unknown>;
}>;

/**
 * One key press reaches a process more than once: from the terminal, and again from npm and the launcher, which pass on
 * what they get.
 */
const sameSignalMs = 300;

/** Does what process signals ask for; `stop` ends the process. */
export function onSignals({ stop, stopNow, reload }: SignalActions): void {
  let stoppedMs: number | undefined;
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      if (stoppedMs !== undefined) {
        if (monotonicMs() - stoppedMs < sameSignalMs) return;
        stopNow();
        process.exit(1);
      }
      stoppedMs = monotonicMs();
      console.error(`${signal}: finishing the requests in flight; again to stop at once.`);
      stop().then(
        (code) => process.exit(code),
        () => process.exit(1),
      );
    });
  }
  process.on("SIGHUP", () => void reload());
}
