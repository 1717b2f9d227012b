import type { Socket } from "node:net";
import { setImmediate as nextTurn, setTimeout as wait } from "node:timers/promises";
import type { Step } from "./step.ts";

/** Lets bytes already written reach the other program before a reset overtakes them. */
const settleMs = 10;

/**
 * Runs the steps on the socket, respecting its back-pressure. Returns true when the connection can carry another answer.
 * Rejects as soon as the client is gone.
 */
export async function perform(
  steps: Iterable<Step> | AsyncIterable<Step>,
  socket: Socket,
  gone: AbortSignal,
): Promise<boolean> {
  for await (const step of steps) {
    gone.throwIfAborted();
    switch (step.kind) {
      case "write":
        if (!socket.write(step.bytes)) await until(socket, "drain", gone);
        break;
      case "wait":
        await (step.ms === 0 ? nextTurn() : wait(step.ms, undefined, { signal: gone }));
        break;
      case "stall":
        await until(undefined, "never", gone);
        break;
      case "reset":
        await wait(settleMs, undefined, { signal: gone });
        socket.resetAndDestroy();
        return false;
      case "close":
        socket.end();
        return false;
    }
  }
  return true;
}

/** Resolves on the socket's event, or rejects when the client is gone. Without a socket it waits for the latter alone. */
function until(socket: Socket | undefined, event: string, gone: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (gone.aborted) return reject(gone.reason);
    function happened(): void {
      gone.removeEventListener("abort", aborted);
      resolve();
    }
    function aborted(): void {
      socket?.removeListener(event, happened);
      reject(gone.reason);
    }
    socket?.once(event, happened);
    gone.addEventListener("abort", aborted, { once: true });
  });
}
