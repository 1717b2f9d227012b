import type { RequestEvent } from "./dependencies.ts";

/** How finished requests are written: for people, for machines, or not at all. */
export type LogFormat = "text" | "json" | "none";

/**
 * One line per request, without its line end. Names come from clients: what is not visible ASCII becomes `?`, in JSON
 * its escape, so that no viewer turns text around or takes a character for a line end.
 */
export function formatRequest(event: RequestEvent, epochMs: number, format: "text" | "json"): string {
  const time = new Date(epochMs).toISOString();
  if (format === "json") return escapedJson({ time, ...event, ms: Math.round(event.ms) });
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

function escapedJson(value: unknown): string {
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(value).replace(/[^\x20-\x7e]/g, escaped);
}
