/** Where one kind of telemetry goes, and over which protocol. */
export type OtlpTarget = Readonly<{ protocol: "http" | "grpc"; url: string }>;

export type Signal = "traces" | "metrics";

export type WrittenTarget = Readonly<{
  endpoint: string;
  protocol: "auto" | "http" | "grpc";
  signal: Signal;
  /** It is this signal's own address: nothing is put behind it. */
  isWhole: boolean;
}>;

/** The ports that OTLP has by its specification. */
const ports = { grpc: "4317", http: "4318" } as const;

/**
 * Reads an endpoint as exporters of OpenTelemetry do: over HTTP the signal's path follows a base address, over gRPC only
 * scheme, host and port count. Without a protocol, port 4317 and the scheme `grpc` mean gRPC. Undefined when it is no URL.
 * Source: OpenTelemetry Protocol Exporter specification, "Endpoint URLs for OTLP/HTTP".
 */
export function otlpTarget({ endpoint, protocol, signal, isWhole }: WrittenTarget): OtlpTarget | undefined {
  const written = endpoint.includes("://") ? endpoint : `http://${endpoint}`;
  if (!URL.canParse(written)) return undefined;
  const url = new URL(written);
  const isSecure = url.protocol === "https:" || url.protocol === "grpcs:";
  if (!isSecure && url.protocol !== "http:" && url.protocol !== "grpc:") return undefined;
  const isGrpc = protocol === "grpc" || (protocol === "auto" && looksGrpc(url));
  const scheme = isSecure ? "https" : "http";
  const port = url.port === "" && url.protocol.startsWith("grpc") ? ports[isGrpc ? "grpc" : "http"] : url.port;
  const origin = `${scheme}://${url.hostname}${port === "" ? "" : `:${port}`}`;
  if (isGrpc) return { protocol: "grpc", url: origin };
  return { protocol: "http", url: origin + (isWhole ? url.pathname : signalPath(url.pathname, signal)) + url.search };
}

function looksGrpc({ protocol, port, pathname }: URL): boolean {
  if (protocol === "grpc:" || protocol === "grpcs:") return true;
  return port === ports.grpc && !/\/v1\/(traces|metrics)\/?$/.test(pathname);
}

/** `/v1/traces` behind the base path; one that is there already gives way. */
function signalPath(pathname: string, signal: Signal): string {
  return `${pathname.replace(/\/+$/, "").replace(/\/v1\/(traces|metrics)$/, "")}/v1/${signal}`;
}
