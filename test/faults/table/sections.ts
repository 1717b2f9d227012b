import { bodies } from "./bodies.ts";
import { clients } from "./clients.ts";
import { configuration } from "./configuration.ts";
import { disclosure } from "./disclosure.ts";
import { facts } from "./facts.ts";
import { health } from "./health.ts";
import { keyStatuses } from "./key-statuses.ts";
import { processes } from "./processes.ts";
import { reaching } from "./reaching.ts";
import type { Row } from "./row.ts";
import { statuses } from "./statuses.ts";
import { streams } from "./streams.ts";

export type Section = Readonly<{ title: string; rows: readonly Row[] }>;

/** The whole table, in order. */
export const sections: readonly Section[] = [
  { title: "What Bun does", rows: facts },
  { title: "Reaching the provider", rows: reaching },
  { title: "Status answers", rows: [...keyStatuses, ...statuses] },
  { title: "Bodies", rows: bodies },
  { title: "Streams of the provider", rows: streams },
  { title: "Clients", rows: clients },
  { title: "Schemas, compiler, configuration", rows: configuration },
  { title: "Breakers, hedges and keys", rows: health },
  { title: "Processes", rows: processes },
  { title: "Logs, errors and metrics", rows: disclosure },
];
