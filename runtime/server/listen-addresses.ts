import type { Catalog } from "../contract.ts";
import type { Environment } from "./serve.ts";
import { StartupError } from "./startup-error.ts";

export type ListenAddress = Readonly<{ hostname: string; port: number }>;

/**
 * Where to listen. The first that says something wins: `--listen`, AROUTER_LISTEN_ADDR (comma-separated), PROXY_PORT
 * (on 127.0.0.1), PORT (on the configured host), the configuration.
 */
export function listenAddresses(
  flag: readonly string[] | undefined,
  env: Environment,
  {
    listen: configured,
    startup,
  }: Pick<Catalog, "listen"> & Readonly<{ startup: Pick<Catalog["startup"], "allowPrivilegedPort"> }>,
): readonly ListenAddress[] {
  const asked = writtenAddresses(flag, env, configured);
  const wrong = asked.find(({ port }) => port > 0 && port < 1024);
  if (wrong === undefined || startup.allowPrivilegedPort) return asked;
  throw new StartupError([
    `Port ${wrong.port} is below 1024. Choose one from 1024 to 65535, or set allow_privileged_port = true.`,
  ]);
}

function writtenAddresses(
  flag: readonly string[] | undefined,
  env: Environment,
  configured: readonly [string, ...string[]],
): readonly ListenAddress[] {
  const asked = flag ?? env["AROUTER_LISTEN_ADDR"]?.split(",").filter((address) => address.trim() !== "");
  if (asked !== undefined && asked.length > 0) return asked.map(parseAddress);
  if (env["PROXY_PORT"]) return [{ hostname: "127.0.0.1", port: parsePort(env["PROXY_PORT"], "PROXY_PORT") }];
  if (env["PORT"]) return [{ hostname: parseAddress(configured[0]).hostname, port: parsePort(env["PORT"], "PORT") }];
  return configured.map(parseAddress);
}

/** `host:port`, `[v6]:port`, `:port` or a bare port. Throws a StartupError that says what to type. */
function parseAddress(text: string): ListenAddress {
  const address = text.trim();
  const colon = address.lastIndexOf(":");
  const hostname = colon === -1 ? "" : address.slice(0, colon).replace(/^\[|\]$/g, "");
  return { hostname: hostname === "" ? "127.0.0.1" : hostname, port: parsePort(address.slice(colon + 1), address) };
}

function parsePort(text: string, where: string): number {
  const port = Number(text.trim());
  if (/^\d+$/.test(text.trim()) && port <= 65_535) return port;
  throw new StartupError([`"${where}" needs a port between 0 and 65535, such as 127.0.0.1:8080.`]);
}
