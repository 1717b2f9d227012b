/** A listen address taken apart, or why it is none, as the rest of a sentence. */
export type ListenAddress =
  | Readonly<{ kind: "address"; host: string; port: number }>
  | Readonly<{ kind: "wrong"; message: string; hint?: string | undefined }>;

const addressSyntax = /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+):([0-9]{1,5})$/;

/** `host:port`. Port 0 is any free port, so it is for tests, and permitted together with the privileged ones. */
export function listenAddress(written: string, allowPrivilegedPort: boolean): ListenAddress {
  const [, host, digits] = addressSyntax.exec(written) ?? [];
  if (host === undefined || digits === undefined)
    return { kind: "wrong", message: "is not host:port", hint: syntaxHint(written) };
  const port = Number(digits);
  if (port > 65_535) return { kind: "wrong", message: "has a port above 65535" };
  if (port < 1024 && !allowPrivilegedPort) {
    const hint = "Choose a port from 1024 to 65535, or set allow_privileged_port = true.";
    return { kind: "wrong", message: "has a port below 1024", hint };
  }
  return { kind: "address", host, port };
}

/** Whether only programs on this machine reach the host. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127(\.[0-9]{1,3}){3}$/.test(host);
}

function syntaxHint(written: string): string | undefined {
  const port = /^:?([0-9]{1,5})$/.exec(written)?.[1];
  if (port !== undefined) return `Write "127.0.0.1:${port}".`;
  return /^[A-Za-z0-9.-]+$/.test(written) ? `Write "${written}:8080".` : undefined;
}
