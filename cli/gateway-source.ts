import type { TraceJson } from "../runtime/store/trace-json.ts";
import type { Page, SavingsPage, TracesPage, UsagePage } from "../runtime/store/trace-pages.ts";
import { NoSourceError } from "./no-source-error.ts";
import type { TraceSource } from "./trace-source.ts";

const patienceMs = 30_000;

/** Reads from a running gateway; `key` is its admin key. Its calls throw NoSourceError when it cannot be asked. */
export function gatewaySource(url: string, key: string | undefined): TraceSource {
  const root = url.replace(/\/+$/, "").replace(/(\/api)?\/v1$/, "");
  const ask = <Body>(path: string, query = new URLSearchParams()): Promise<Page<Body>> =>
    askGateway(`${root}/api/v1/${path}${query.size === 0 ? "" : `?${query}`}`, root, key);
  return {
    traces: (query) => ask<TracesPage>("traces", query),
    trace: (id) => ask<TraceJson>(`traces/${encodeURIComponent(id)}`),
    usage: (query) => ask<UsagePage>("usage", query),
    savings: (query) => ask<SavingsPage>("savings", query),
    close: () => Promise.resolve(),
  };
}

/** The gateway answers what it is asked, so `Body` is what the path says. */
async function askGateway<Body>(url: string, root: string, key: string | undefined): Promise<Page<Body>> {
  if (!URL.canParse(url)) throw new NoSourceError(`${root} is no URL; write http://localhost:8080`);
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(patienceMs) }).catch((thrown: unknown) => {
    throw new NoSourceError(`${root} does not answer: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  });
  const body = parsed(await response.text());
  if (response.ok && body !== undefined) return { kind: "page", body };
  const { message, code } = body?.error ?? {};
  if (code === "trace_not_found") return { kind: "none" };
  if (response.status === 400 && typeof message === "string") return { kind: "wrong", message };
  const hint = [401, 403].includes(response.status) ? " Put the gateway's admin key into AROUTER_ADMIN_KEY." : "";
  throw new NoSourceError(`${root} answers ${response.status}: ${message ?? "this is no ARouter gateway"}${hint}`);
}

/** Undefined when it is no JSON. */
function parsed(text: string) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
