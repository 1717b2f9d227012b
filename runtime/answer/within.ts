import type { BodyRead } from "../upstream/upstream.ts";

/** What `read` gives, or `waiting` after `maxWaitMs`; the read itself goes on. */
export function within(read: Promise<BodyRead>, maxWaitMs: number): Promise<BodyRead> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve({ kind: "waiting" }), maxWaitMs);
    read.then(
      (outcome) => {
        clearTimeout(timer);
        resolve(outcome);
      },
      () => resolve({ kind: "end" }),
    );
  });
}
