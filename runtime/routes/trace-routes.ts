import type { Hono } from "hono";
import { failure } from "../errors.ts";
import type { Connection } from "../server/app.ts";
import { type Page, savingsPage, tracePage, tracesPage, usagePage } from "../store/trace-pages.ts";
import type { TraceReader } from "../store/traces.ts";
import type { WireError } from "../wire/canonical.ts";

/** What pages about past requests are made from. */
export type TraceRoutes = Readonly<{
  /** Undefined when the gateway keeps no traces. */
  traces: TraceReader | undefined;
  epochMs: () => number;
  /** Answers whoever may see them. */
  tells: (request: Request, answer: () => Promise<Response>) => Promise<Response>;
  errorPage: (error: WireError) => Response;
}>;

/** What past requests did, used, cost and saved. */
export function addTraceRoutes(
  app: Hono<{ Bindings: Connection }>,
  { traces, epochMs, tells, errorPage }: TraceRoutes,
): void {
  async function answer(look: (reader: TraceReader) => Promise<Page<object>>): Promise<Response> {
    if (traces === undefined) return errorPage(isOff);
    try {
      const page = await look(traces);
      if (page.kind === "page") return Response.json(page.body);
      return errorPage(page.kind === "none" ? noTrace : failure("invalid-request", page.message));
    } catch (thrown) {
      return errorPage(unreadable(thrown));
    }
  }

  const pages = { traces: tracesPage, usage: usagePage, savings: savingsPage } as const;
  for (const [name, page] of Object.entries(pages)) {
    app.get(`/v1/${name}`, ({ req }) =>
      tells(req.raw, () => answer((reader) => page(reader, new URL(req.url).searchParams, epochMs()))),
    );
  }
  app.get("/v1/traces/:id", ({ req }) => tells(req.raw, () => answer((reader) => tracePage(reader, req.param("id")))));
}

const noTrace = failure("not-found", "The store has no such request; GET /api/v1/traces lists those that it has.", {
  code: "trace_not_found",
});
const isOff = failure("not-found", "This gateway keeps no traces. Set [store] path in its configuration.", {
  code: "store_off",
});

function unreadable(thrown: unknown): WireError {
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  return failure("overloaded", `The trace store cannot be read: ${why}.`, { code: "store_unreadable" });
}
