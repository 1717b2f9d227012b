import { styleText } from "node:util";
import type { FinishedRequest } from "../request/finished-request.ts";
import { escapedJson } from "./escaped-json.ts";
import type { Level } from "./level.ts";

type Format = Readonly<{ kind: "text"; isColoured: boolean }> | Readonly<{ kind: "json"; level: Level }>;

/**
 * One line per request, without its line end. Names come from clients: what is not visible ASCII becomes `?`, in JSON
 * its escape, so that no viewer turns text around or takes a character for a line end.
 */
export function formatRequest(request: FinishedRequest, epochMs: number, format: Format): string {
  const { requestId, method, path, status, facts, stream, how } = request;
  const time = new Date(epochMs).toISOString();
  const { rule, decision, attempts } = facts;
  const requested = facts.requested ?? "none";
  const served = facts.served?.model ?? "none";
  const provider = facts.served?.provider ?? "unknown";
  const ms = Math.round(request.ms);
  if (format.kind === "json") {
    const { level } = format;
    const line = {
      time,
      level,
      requestId,
      method,
      path,
      status,
      requested,
      served,
      provider,
      rule,
      decision,
      attempts,
    };
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
  const shown = format.isColoured ? styleText(colourOf(request), String(status), always) : status;
  return `${time} ${shown} ${method} ${visible(`${path} ${words.join("  ")}`)}`;
}

/** Whoever calls knows whether this is a terminal. */
const always = { validateStream: false };

function colourOf({ status, how }: FinishedRequest): "red" | "yellow" | "green" {
  if (status >= 500 || (how === "failed" && status < 400)) return "red";
  return status >= 400 || how === "client-gone" ? "yellow" : "green";
}

function visible(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "?");
}
