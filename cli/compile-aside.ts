import { Worker } from "node:worker_threads";
import type { Compiled, CompileOptions, Failed } from "../compiler/compile.ts";

/** What is compiled, and for which folder. */
export type Compilation = Readonly<{ configFile: string; outDir: string }> & CompileOptions;

/**
 * `compile` beside a gateway that serves: in a thread of its own, so that no stream waits for it, and what it needs of
 * memory is given back afterwards. Rejects only when the compiler itself breaks.
 */
export function compileAside(compilation: Compilation): Promise<Compiled | Failed> {
  const worker = new Worker(new URL("./compile-worker.ts", import.meta.url), { workerData: compilation });
  return new Promise<Compiled | Failed>((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`The compiler ended with code ${code}.`)));
  }).finally(() => void worker.terminate());
}
