/** One request as an upstream got it. */
export type Captured = Readonly<{
  method: string;
  /** With its query. */
  path: string;
  headers: Readonly<Record<string, string>>;
  text: string;
}>;

/** What the upstream says to one request; undefined is a 404 without a body. */
type Answers = (request: Captured) => Response | Promise<Response> | undefined;

export type CaptureUpstream = Readonly<{
  url: string;
  /** Oldest first; probes for models are left out. */
  requests: readonly Captured[];
  /** From now on. */
  answer(answers: Answers): void;
  stop(): void;
}>;

/** An upstream that writes down what it is sent, byte for byte, and says what it is told to. */
export function startCaptureUpstream(): CaptureUpstream {
  const requests: Captured[] = [];
  let answers: Answers = () => undefined;
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: async (request) => {
      const { pathname, search } = new URL(request.url);
      if (request.method === "GET" && pathname.endsWith("/models")) return new Response(null, { status: 404 });
      const headers = Object.fromEntries(request.headers);
      const captured = { method: request.method, path: pathname + search, headers, text: await request.text() };
      requests.push(captured);
      return (await answers(captured)) ?? new Response(null, { status: 404 });
    },
  });
  return {
    url: server.url.href.replace(/\/$/, ""),
    requests,
    answer: (next) => {
      requests.length = 0;
      answers = next;
    },
    stop: () => void server.stop(true),
  };
}
