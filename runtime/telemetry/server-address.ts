/** The host and the port of a URL, as `server.address` and `server.port` have them. */
export type ServerAddress = Readonly<{ host: string; port: number }>;

const schemePorts: Readonly<Record<string, number>> = { "https:": 443, "http:": 80 };

/** Undefined for what is no URL. */
export function serverAddress(url: string | undefined): ServerAddress | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { protocol, hostname, port } = new URL(url);
  return { host: hostname.replace(/^\[|\]$/g, ""), port: port === "" ? (schemePorts[protocol] ?? 0) : Number(port) };
}
