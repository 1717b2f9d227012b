import { connect } from "node:net";
import { after } from "../clock.ts";

/** No TCP connection in time. */
export class ConnectTimeoutError extends Error {
  constructor(ms: number) {
    super(`no connection within ${ms} ms`);
    this.name = "ConnectTimeoutError";
  }
}

/**
 * Rejects with ConnectTimeoutError when `url`'s host takes no TCP connection within `timeoutMs`; resolves in every other
 * case, a refused connection included: what else is wrong is for fetch to say. 0 ms checks nothing.
 */
export type ConnectProbe = (url: string, timeoutMs: number) => Promise<void>;

/** How long an origin that took a connection needs no new proof. */
const warmMs = 30_000;

/**
 * Bun's fetch has no connect timeout: a host that drops packets is given up after 134 s, by the kernel. So a bare TCP
 * connection to an origin that has not been seen for 30 s is opened beside the fetch, and closed at once. Requests that
 * come while it is being opened share it; a warm origin costs a look-up. Where the environment names a proxy, fetch
 * connects to that and not to the origin, and nothing is checked.
 */
export function createConnectProbe(
  options: Readonly<{
    env: Readonly<Record<string, string | undefined>>;
    /** Monotonic milliseconds. */
    now: () => number;
  }>,
): ConnectProbe {
  const proxied = proxyVariables.some((name) => (options.env[name] ?? "") !== "");
  const seenAt = new Map<string, number>();
  const opening = new Map<string, Promise<void>>();

  async function open(url: URL, timeoutMs: number): Promise<void> {
    try {
      const connected = await opens(addressOf(url), timeoutMs);
      if (connected) seenAt.set(url.origin, options.now());
    } finally {
      opening.delete(url.origin);
    }
  }

  return async (text, timeoutMs) => {
    if (proxied || timeoutMs <= 0) return;
    const url = new URL(text);
    if (options.now() - (seenAt.get(url.origin) ?? Number.NEGATIVE_INFINITY) < warmMs) return;
    const shared = opening.get(url.origin) ?? open(url, timeoutMs);
    opening.set(url.origin, shared);
    await shared;
  };
}

const proxyVariables = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] as const;

type Address = Readonly<{ host: string; port: number }>;

function addressOf({ hostname, port, protocol }: URL): Address {
  const bracketless = hostname.replace(/^\[|\]$/g, "");
  return { host: bracketless, port: Number(port) || (protocol === "http:" ? 80 : 443) };
}

/** Whether a connection was made; false when it failed before its time was up. */
function opens(address: Address, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(address);
    const cancelTimeout = after(timeoutMs, () => {
      socket.destroy();
      reject(new ConnectTimeoutError(timeoutMs));
    });
    const settle = (connected: boolean) => {
      cancelTimeout();
      socket.destroy();
      resolve(connected);
    };
    socket.once("connect", () => settle(true));
    socket.on("error", () => settle(false));
  });
}
