import { parentPort } from "node:worker_threads";
import { createSchemaCheck, type SchemaOutcome } from "./check-schema.ts";

/** The first message of a worker says that it is loaded; every later one answers one job, in order. */
export type WorkerMessage = Readonly<{ kind: "ready" }> | SchemaOutcome;

const check = createSchemaCheck();
const post = (message: WorkerMessage) => parentPort?.postMessage(message);

// The first schema of a draft makes Ajv compile that draft's metaschemas, which would eat up the first job's deadline.
check({ schema: "{}", value: "0" });
check({ schema: '{"$schema":"http://json-schema.org/draft-07/schema#"}', value: "0" });

parentPort?.on("message", (job) => post(check(job)));
post({ kind: "ready" });
