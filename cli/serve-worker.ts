import { runWorker } from "../runtime/server/worker.ts";
import { readGateway, type ServedParts, serveOptions } from "./served-parts.ts";

/** One of the processes of `arouter serve --workers`; its parts come as JSON from the command. */
const parts: ServedParts = JSON.parse(process.argv[2] ?? "");
const read = () => readGateway(parts, process.env);
await runWorker(await read(), serveOptions(parts, process.env), read);
