import { looksWhole } from "../answer/looks-whole.ts";
import type { Target } from "../contract.ts";
import { failure } from "../errors.ts";
import { readAll } from "../read-all.ts";
import { waitMs as waitMsOf } from "../routing/retry-after.ts";
import type { Dependencies } from "../server/dependencies.ts";
import { type Answered, type Failed, failed } from "./attempt.ts";
import type { Prepared } from "./prepare.ts";
import type { UpstreamBody } from "./upstream.ts";

const maxErrorBytes = 1024 * 1024;

/** An answer that is not a 2xx: the provider's own words where the client speaks its format, else their meaning. */
export async function refusedByUpstream(
  target: Target,
  prepared: Prepared,
  answer: Readonly<{ status: number; body: UpstreamBody; upstream: Answered }>,
  deps: Dependencies,
): Promise<Failed> {
  const whole = await readAll(answer.body, maxErrorBytes);
  if (answer.status >= 300 && answer.status < 400) {
    const message = `Provider "${target.provider}" answered with a redirect (${answer.status}). Set its base_url to the final address.`;
    return failed(failure("bad-upstream-answer", message, { code: "upstream_redirect" }), answer.upstream);
  }
  const bytes = whole.kind === "body" ? whole.bytes : new Uint8Array(0);
  if (answer.status === 401) {
    // A 401 would tell the client that its own key is wrong, and make it log out or ask for another.
    const message = `Provider "${target.provider}" rejected the gateway's API key. Check providers.${target.provider}.api_key.`;
    const error = failure("upstream-auth", message);
    return { ...failed(error, answer.upstream), status: 401, verbatim: relayed401(prepared, bytes, deps) };
  }
  const decoded = prepared.upstream.decodeError(answer.status, new TextDecoder().decode(bytes));
  // Google says in the body how long to wait.
  const waitMs = waitMsOf(answer.upstream.headers, deps.epochMs()) ?? decoded.retryAfterMs;
  const error = waitMs === undefined ? decoded : { ...decoded, retryAfterMs: waitMs };
  const verbatim = prepared.native && looksWhole(bytes) ? { status: answer.status, bytes } : undefined;
  return { kind: "failed", error, status: answer.status, waitMs, verbatim, upstream: answer.upstream };
}

/** Where the key is the client's own business, its provider's 401 is, too. */
function relayed401({ native }: Prepared, bytes: Uint8Array, { gateway }: Dependencies): Failed["verbatim"] {
  return gateway.catalog.failover.relay401 && native && looksWhole(bytes) ? { status: 401, bytes } : undefined;
}
