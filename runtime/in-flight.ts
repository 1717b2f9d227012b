/** Requests being served, so that a shutdown can wait for them and in the end let go of them. */
export type InFlight = Readonly<{
  /** `signal` fires when `client` does or when the gateway lets go; call `leave` once the answer is over. */
  enter(client: AbortSignal): Readonly<{ signal: AbortSignal; leave(): void }>;
  count(): number;
  /** Resolves once nothing is in flight. */
  idle(): Promise<void>;
  abortAll(): void;
}>;

export function createInFlight(): InFlight {
  const open = new Set<AbortController>();
  let waiting: (() => void)[] = [];

  return {
    enter: (client) => {
      const abort = new AbortController();
      const gone = () => abort.abort();
      if (client.aborted) gone();
      client.addEventListener("abort", gone, { once: true });
      open.add(abort);
      return {
        signal: abort.signal,
        leave: () => {
          client.removeEventListener("abort", gone);
          open.delete(abort);
          if (open.size > 0) return;
          for (const resolve of waiting) resolve();
          waiting = [];
        },
      };
    },
    count: () => open.size,
    idle: () =>
      open.size === 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            waiting.push(resolve);
          }),
    abortAll: () => {
      for (const abort of open) abort.abort();
    },
  };
}
