import { Worker } from "node:worker_threads";
import { after } from "../clock.ts";
import type { SchemaJob, SchemaOutcome } from "./check-schema.ts";
import type { WorkerMessage } from "./worker.ts";

/** `timeout`: this job took too long. `overloaded`: it never got its turn. `crashed`: the worker ended under it. */
export type CheckerOutcome = SchemaOutcome | Readonly<{ kind: "timeout" | "overloaded" | "crashed" }>;

export type SchemaChecker = Readonly<{
  /** Never rejects. */
  check(job: SchemaJob): Promise<CheckerOutcome>;
  /** Ends the worker; what still waits is `crashed`. A later `check` starts a new one. */
  close(): void;
}>;

export type CheckerLimits = Readonly<{
  /** For one job once its turn has come; an ordinary one takes a few milliseconds. */
  deadlineMs: number;
  /** For a job to get its turn, the start of the worker included. */
  queueMs: number;
  maxQueued: number;
}>;

export const checkerLimits: CheckerLimits = { deadlineMs: 400, queueMs: 2000, maxQueued: 64 };

type Waiting = Readonly<{ job: SchemaJob; settle: (outcome: CheckerOutcome) => void }>;
type Running = Readonly<{ thread: Worker; isReady: () => boolean; end: () => void }>;

/**
 * Runs `createSchemaCheck` in a worker, one job at a time, so that a hostile schema can neither block the main thread
 * nor outlive its deadline: a late worker is ended and the next job gets a fresh one. The worker starts with the
 * first job and never keeps the process running.
 */
export function createSchemaChecker(limits: CheckerLimits = checkerLimits): SchemaChecker {
  const queue: Waiting[] = [];
  let worker: Running | undefined;
  let current: Waiting | undefined;
  let cancelDeadline = () => {};

  function next(): void {
    if (current !== undefined || queue.length === 0) return;
    worker ??= spawn(onMessage, onEnd);
    if (!worker.isReady()) return;
    current = queue.shift();
    worker.thread.postMessage(current?.job);
    cancelDeadline = after(limits.deadlineMs, () => {
      // One more turn of the event loop: an answer that came while this thread was busy counts.
      cancelDeadline = after(1, () => giveUp());
    });
  }

  function onMessage(message: WorkerMessage): void {
    if (message.kind !== "ready") finish(message);
    next();
  }

  function onEnd(): void {
    worker = undefined;
    finish({ kind: "crashed" });
    // A worker that cannot even start would be started again and again: its jobs are told, the next check tries anew.
    for (const waiting of queue.splice(0)) waiting.settle({ kind: "crashed" });
  }

  function giveUp(): void {
    worker?.end();
    worker = undefined;
    finish({ kind: "timeout" });
    next();
  }

  function finish(outcome: CheckerOutcome): void {
    cancelDeadline();
    const finished = current;
    current = undefined;
    finished?.settle(outcome);
  }

  return {
    check: (job) =>
      new Promise((resolve) => {
        if (queue.length >= limits.maxQueued) return resolve({ kind: "overloaded" });
        const cancelWait = after(limits.queueMs, () => {
          const at = queue.indexOf(waiting);
          if (at !== -1) queue.splice(at, 1)[0]?.settle({ kind: "overloaded" });
        });
        const waiting: Waiting = {
          job,
          settle: (outcome) => {
            cancelWait();
            resolve(outcome);
          },
        };
        queue.push(waiting);
        next();
      }),
    close: () => {
      worker?.end();
      onEnd();
    },
  };
}

function spawn(onMessage: (message: WorkerMessage) => void, onEnd: () => void): Running {
  const thread = new Worker(workerModule());
  let ready = false;
  let ended = false;
  const end = () => {
    if (ended) return;
    ended = true;
    onEnd();
  };
  thread.on("message", (message: WorkerMessage) => {
    if (ended) return;
    ready = true;
    onMessage(message);
  });
  thread.on("error", end);
  thread.on("exit", end);
  // After the listeners: in Bun adding one holds the process again.
  thread.unref();
  return {
    thread,
    isReady: () => ready,
    end: () => {
      ended = true;
      void thread.terminate();
    },
  };
}

/** In an executable of `bun build --compile` the second entry point keeps its path under the common root. */
function workerModule(): URL | string {
  const compiled = import.meta.url.startsWith("file:///$bunfs/");
  return compiled ? "./runtime/validation/worker.js" : new URL("./worker.ts", import.meta.url);
}
