import { bodies } from "./bodies.ts";
import { clients } from "./clients.ts";
import { configuration } from "./configuration.ts";
import { facts } from "./facts.ts";
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
  { title: "Status answers", rows: statuses },
  { title: "Bodies", rows: bodies },
  { title: "Streams of the provider", rows: streams },
  { title: "Clients", rows: clients },
  { title: "Schemas, compiler, configuration", rows: configuration },
  { title: "Processes, health and secrets", rows: processes },
];
