import type { FinishedRequest } from "./finished-request.ts";

/** How finished requests are written: for people, for machines, or not at all. */
export type LogFormat = "text" | "json" | "none";

/**
 * One line per request, without its line end. Names come from clients: what is not visible ASCII becomes `?`, in JSON
 * its escape, so that no viewer turns text around or takes a character for a line end.
 */
export function formatRequest(request: FinishedRequest, epochMs: number, format: "text" | "json"): string {
  const { requestId, method, path, status, facts, stream, how } = request;
  const time = new Date(epochMs).toISOString();
  const { rule, decision, attempts } = facts;
  const requested = facts.requested ?? "none";
  const served = facts.served?.model ?? "none";
  const provider = facts.served?.provider ?? "unknown";
  const ms = Math.round(request.ms);
  if (format === "json") {
    const line = { time, requestId, method, path, status, requested, served, provider, rule, decision, attempts };
    return escapedJson({ ...line, stream, ms, how });
  }
  const words = [
    `${requested} -> ${provider}/${served}`,
    `rule=${rule}`,
    decision,
    ...(attempts > 1 ? [`attempts=${attempts}`] : []),
    ...(stream ? ["stream"] : []),
    ...(how === "client-gone" ? ["client-gone"] : []),
    `${ms} ms`,
  ];
  return `${time} ${status} ${method} ${path} ${words.join("  ")}`.replace(/[^\x20-\x7e]/g, "?");
}

function escapedJson(value: unknown): string {
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(value).replace(/[^\x20-\x7e]/g, escaped);
}
