import { after, epochMs } from "../runtime/clock.ts";
import { watchFiles } from "./watch-files.ts";

/** An editor saves in several steps. */
const quietMs = 200;

/** Runs now, and again whenever something changes that the run before has read: it resolves to the absolute paths. Ends with the process. */
export async function runOnChange(round: () => Promise<readonly string[]>): Promise<never> {
  let wake: () => void = () => undefined;
  const files = watchFiles(quietMs, () => wake());
  for (;;) {
    const changed = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const readMs = epochMs();
    await files.follow(await round(), readMs);
    // Watching does not keep the process running, a timer does: the longest one there is.
    const cancel = after(Number.POSITIVE_INFINITY, wake);
    await changed;
    cancel();
  }
}
