import { parentPort, workerData } from "node:worker_threads";
import { compile } from "../compiler/compile.ts";
import type { Compilation } from "./compile-aside.ts";

/** One compile, in a thread of its own; see compile-aside.ts. */
const { configFile, ...options }: Compilation = workerData;
parentPort?.postMessage(await compile(configFile, options));
