import type { Row } from "./row.ts";
import { statuses } from "./statuses.ts";

export type Section = Readonly<{ title: string; rows: readonly Row[] }>;

/** The whole table, in order. */
export const sections: readonly Section[] = [{ title: "Status answers", rows: statuses }];
