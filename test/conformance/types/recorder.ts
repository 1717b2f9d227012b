/** What a client was answered, word for word. */
export type Answered = Readonly<{ status: number; contentType: string; text: string }>;

export type Recorder = Readonly<{
  url: string;
  /** What was answered since it was last asked, oldest first; answers that broke off without an end are left out. */
  taken(): readonly Answered[];
  stop(): Promise<void>;
}>;

/** Stands between clients and a gateway, hands everything on as it is, and writes down the answers. */
export function startRecorder(gatewayUrl: string): Recorder {
  let answered: Answered[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: async (request) => {
      const { pathname, search } = new URL(request.url);
      const { method, headers } = request;
      const sent = method === "GET" ? {} : { body: await request.bytes() };
      const answer = await fetch(gatewayUrl + pathname + search, { method, headers, ...sent });
      const text = await answer.text();
      const contentType = answer.headers.get("content-type") ?? "";
      answered.push({ status: answer.status, contentType, text });
      const kept = [...answer.headers].filter(([name]) => name !== "content-encoding" && name !== "content-length");
      return new Response(text, { status: answer.status, headers: kept });
    },
  });
  return {
    url: server.url.origin,
    taken: () => {
      const all = answered;
      answered = [];
      return all;
    },
    stop: () => server.stop(true),
  };
}
