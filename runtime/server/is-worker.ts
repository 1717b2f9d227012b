/**
 * Set for workers by their supervisor, which is what makes a process one: the number of the configuration in service.
 */
export const workerVariable = "AROUTER_WORKER";

/** Whether this process was started by `startWorkers`. */
export function isWorker(env: Readonly<Record<string, string | undefined>>): boolean {
  return env[workerVariable] !== undefined && process.send !== undefined;
}
