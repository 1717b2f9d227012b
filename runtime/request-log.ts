import type { RequestEvent } from "./dependencies.ts";

/** How finished requests are written: for people, for machines, or not at all. */
export type LogFormat = "text" | "json" | "none";

/** One line per request, without its line end. Names come from clients, so what is not visible ASCII becomes `?`. */
export function formatRequest(event: RequestEvent, epochMs: number, format: "text" | "json"): string {
  const time = new Date(epochMs).toISOString();
  if (format === "json") return JSON.stringify({ time, ...event, ms: Math.round(event.ms) });
  const facts = [
    `${event.requested} -> ${event.provider}/${event.served}`,
    `rule=${event.rule}`,
    event.decision,
    ...(event.attempts > 1 ? [`attempts=${event.attempts}`] : []),
    ...(event.stream ? ["stream"] : []),
    ...(event.how === "client-gone" ? ["client-gone"] : []),
    `${Math.round(event.ms)} ms`,
  ];
  return `${time} ${event.status} ${event.method} ${event.path} ${facts.join("  ")}`.replace(/[^\x20-\x7e]/g, "?");
}
