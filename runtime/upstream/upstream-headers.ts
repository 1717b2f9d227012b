import { version } from "../version.ts";
import type { Prepared } from "./prepare.ts";

/** Headers of an upstream request, without what lets it in. */
type Spoken = Pick<Prepared, "native" | "surface" | "upstream">;

/**
 * The client's own credentials, cookies and identity never go upstream; what its vendor's API reads (`anthropic-version`,
 * betas) does, where the upstream speaks that API. `access` is what the gateway itself is let in with.
 */
export function upstreamHeaders(
  { native, surface, upstream }: Spoken,
  access: Readonly<Record<string, string>>,
  client: Headers,
  stream: boolean,
): Record<string, string> {
  const headers: Record<string, string> = {
    "content-type": "application/json",
    accept: stream ? "text/event-stream" : "application/json",
    // A compressed stream would have to be flushed at every event by everyone on the way.
    "accept-encoding": "identity",
    "user-agent": `arouter/${version}`,
    ...upstream.fixedHeaders,
  };
  if (native) {
    for (const name of upstream.nativeHeaders) {
      const value = name === betaHeader ? knownBetas(client.get(name), surface.betas) : client.get(name);
      // Compatible servers know the oldest version of an API; a newer client's stricter body is valid there too.
      const fixed = !surface.dialect.vendor && name in upstream.fixedHeaders;
      if (value !== null && !fixed) headers[name] = value;
    }
  }
  return Object.assign(headers, access);
}

const betaHeader = "anthropic-beta";

/** Of a list of betas those that the upstream knows; byte for byte where it is not known which those are. */
function knownBetas(written: string | null, known: readonly string[] | undefined): string | null {
  if (written === null || known === undefined) return written;
  const kept = written.split(",").filter((beta) => known.includes(beta.trim()));
  return kept.length === 0 ? null : kept.map((beta) => beta.trim()).join(",");
}
