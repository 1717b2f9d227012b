/** One server-sent event, as dispatched by the WHATWG rules: `data` lines joined with a line feed. */
export type SseEvent = Readonly<{ event: string | undefined; data: string }>;
