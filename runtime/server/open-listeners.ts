import type { Generation } from "./generation.ts";
import { type Listener, listen } from "./listen.ts";
import type { ListenAddress } from "./listen-addresses.ts";
import { StartupError } from "./startup-error.ts";

/** Opens every address; each request goes to the generation that is current when it comes. Throws StartupError. */
export function openListeners(
  addresses: readonly ListenAddress[],
  current: () => Generation,
  reusePort: boolean,
): readonly Listener[] {
  return openAll(addresses, (address) =>
    listen({
      ...address,
      reusePort,
      fetch: (request, connection) => current().fetch(request, connection),
      maxAnswerSeconds: () => current().maxAnswerSeconds,
    }),
  );
}

/**
 * Throws StartupError when an address is taken. For a process whose workers share their addresses: they would join
 * another gateway's port without a word.
 */
export async function assertFree(addresses: readonly ListenAddress[]): Promise<void> {
  const answer = () => new Response(null, { status: 503 });
  const open = openAll(addresses, (address) => listen({ ...address, fetch: answer, maxAnswerSeconds: () => 1 }));
  await Promise.all(open.map((listener) => listener.stop()));
}

function openAll(
  addresses: readonly ListenAddress[],
  openOne: (address: ListenAddress) => Listener,
): readonly Listener[] {
  const open: Listener[] = [];
  for (const address of addresses) {
    try {
      open.push(openOne(address));
    } catch (thrown) {
      for (const listener of open) void listener.stop();
      const why = thrown instanceof Error ? thrown.message : String(thrown);
      const { hostname, port } = address;
      throw new StartupError([
        `Cannot listen on ${hostname}:${port}: ${why} Choose another address with --listen host:port.`,
      ]);
    }
  }
  return open;
}
