import type { Connection } from "./app.ts";

/** One open socket. `stop` takes no new connection and resolves once the running answers have been sent. */
export type Listener = Readonly<{ url: string; stop(): Promise<void> }>;

export type ListenOptions = Readonly<{
  hostname: string;
  /** 0 takes any free port. */
  port: number;
  fetch: (request: Request, connection: Connection) => Response | Promise<Response>;
  /** How long a client may wait for its answer, in seconds; asked for every request. */
  maxAnswerSeconds: () => number;
  /** Shares the port with other processes that say so too; the kernel deals the connections out. Bun only. */
  reusePort?: boolean;
}>;

/**
 * Seconds a connection may be idle while a request comes in; cuts clients that send a byte now and then.
 * Once a request is whole `keepOpen` lifts it: Bun's own 10 s would end every answer a model thinks longer about.
 */
const idleSeconds = 30;
/** Bodies are capped by limits.max_body_bytes with a proper error; the server's own cap only has to stay out of the way. */
const serverMaxBodyBytes = 1024 * 1024 * 1024;

/** Opens a port on Bun or Deno. The only file that knows either server. */
export function listen(options: ListenOptions): Listener {
  return "Bun" in globalThis ? listenBun(options) : listenDeno(options);
}

function listenBun({ hostname, port, fetch, maxAnswerSeconds, reusePort = false }: ListenOptions): Listener {
  const server = Bun.serve({
    hostname,
    port,
    reusePort,
    development: false,
    idleTimeout: idleSeconds,
    maxRequestBodySize: serverMaxBodyBytes,
    fetch: (request, bun) => guarded(request, fetch, { keepOpen: () => bun.timeout(request, maxAnswerSeconds()) }),
    error: () => Response.json({ error: { message: "Internal error.", type: "server_error" } }, { status: 500 }),
  });
  return { url: `http://${urlHost(hostname)}:${server.port}`, stop: () => server.stop() };
}

/** The part of Deno's API used here; its types are not installed. */
type DenoServer = Readonly<{ addr: { port: number }; shutdown(): Promise<void> }>;
type DenoServe = (
  options: Readonly<{ hostname: string; port: number; onListen: () => void }>,
  handler: (request: Request) => Response | Promise<Response>,
) => DenoServer;

function listenDeno({ hostname, port, fetch }: ListenOptions): Listener {
  const serve = Reflect.get(Reflect.get(globalThis, "Deno"), "serve") as DenoServe;
  const server = serve({ hostname, port, onListen: () => undefined }, (request) =>
    guarded(request, fetch, { keepOpen: () => undefined }),
  );
  return {
    url: `http://${urlHost(hostname)}:${server.addr.port}`,
    stop: () => server.shutdown().catch(() => undefined),
  };
}

/**
 * A Host such as `user@a` or `a?x` makes Bun's `request.url` relative, and routers then see another path than the
 * proxy in front did. Two Host headers arrive joined by a comma. Neither reaches a route.
 */
function guarded(
  request: Request,
  fetch: ListenOptions["fetch"],
  connection: Connection,
): Response | Promise<Response> {
  const host = request.headers.get("host");
  const wellFormed = /^https?:\/\//.test(request.url) && host !== null && /^[A-Za-z0-9.:[\]_-]+$/.test(host);
  if (wellFormed) return fetch(request, connection);
  return Response.json(
    {
      error: {
        message: "The Host header is missing or malformed.",
        type: "invalid_request_error",
        param: null,
        code: "bad_host",
      },
    },
    { status: 400 },
  );
}

function urlHost(hostname: string): string {
  if (hostname === "0.0.0.0" || hostname === "::") return "localhost";
  return hostname.includes(":") ? `[${hostname}]` : hostname;
}
