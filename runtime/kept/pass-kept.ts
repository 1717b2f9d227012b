import type { WireFormat } from "../contract.ts";
import { failure } from "../errors.ts";
import { tenantOf } from "../request/auth.ts";
import type { Exchange } from "../request/exchange.ts";
import { readRequestBody } from "../request/request-body.ts";
import type { Account } from "../request/request-memory.ts";
import type { Dependencies } from "../server/dependencies.ts";
import { unexpected } from "../server/unexpected.ts";
import { callUpstream, type UpstreamAnswer } from "../upstream/upstream.ts";
import type { WireError } from "../wire/canonical.ts";
import { filledString } from "../wire/json.ts";
import { cappedUpload, type Upload } from "./capped-upload.ts";
import { type Claimed, claimAccount } from "./claim-account.ts";
import { uploadTooLarge } from "./kept-errors.ts";
import { askHeaders } from "./kept-headers.ts";
import type { KeptResource } from "./kept-resource.ts";
import { tellKept } from "./tell-kept.ts";

/** A request for something that a vendor keeps. */
export type KeptCall = Readonly<{
  request: Request;
  /** As the vendor's own clients write it. */
  path: string;
  keepOpen: () => void;
  exchange: Exchange;
  dialect: WireFormat;
  /** Where it is known to be kept. */
  account: Account | undefined;
  /** Absent for a stored answer, whose id is known already. */
  resource?: KeptResource;
}>;

/**
 * Passes a request on to the vendor that speaks the client's API: method, query and body as they are, in the account that
 * has what it names, else in the first one. Bodies are not held, but for a new batch, which may name a file. Never rejects.
 */
export async function passKept(call: KeptCall, deps: Dependencies): Promise<Response> {
  try {
    return await pass(call, deps);
  } catch (thrown) {
    return call.exchange.fail(unexpected(thrown, call.exchange.requestId, deps));
  }
}

async function pass(call: KeptCall, deps: Dependencies): Promise<Response> {
  const { request, exchange } = call;
  const full = await exchange.admit();
  if (full !== undefined) return exchange.fail(full);
  const body = await bodyOf(call, deps);
  if ("class" in body) return exchange.fail(body);
  call.keepOpen();
  const named = call.account ?? accountNamed(body, request, deps);
  const claimed = claimAccount(call, named, deps);
  if ("class" in claimed) return exchange.fail(claimed);
  const answer = await ask(call, body, claimed, deps);
  if (answer.kind === "failed") {
    const isOurs = body.upload?.error() !== undefined || request.signal.aborted;
    claimed.candidate.settle({ key: { kind: "neutral" }, breaker: isOurs ? "neutral" : "failure" });
    claimed.candidate.release();
    return exchange.fail(body.upload?.error() ?? answer.error);
  }
  const isRejected = answer.status === 401;
  claimed.candidate.settle({ key: { kind: isRejected ? "rejected" : "ok" }, breaker: "neutral" });
  claimed.candidate.lease?.spend({ tokens: 0, usd: 0 });
  if (isRejected) {
    answer.body.cancel();
    claimed.candidate.release();
    return exchange.fail(failure("upstream-auth", "The provider rejected the gateway's API key."));
  }
  return await tellKept(call, answer, claimed, deps);
}

type Body = Readonly<{
  bytes: Uint8Array;
  upload: Upload | undefined;
  /** The file that a batch is made of. */
  named: string | undefined;
}>;
const nothing: Body = { bytes: new Uint8Array(0), upload: undefined, named: undefined };

/** What is to be done with a batch of files is read, since it names one; everything else goes through while it comes in. */
async function bodyOf({ request, resource }: KeptCall, { gateway }: Dependencies): Promise<Body | WireError> {
  const { limits } = gateway.catalog;
  if (request.body === null || request.method === "GET" || request.method === "HEAD") return nothing;
  const length = request.headers.get("content-length");
  if (length === "0") return nothing;
  if (Number(length ?? 0) > limits.maxBodyBytes) return uploadTooLarge(limits.maxBodyBytes);
  const isBatch = resource?.name === "batches" && resource.id === undefined;
  if (!isBatch) return { ...nothing, upload: cappedUpload(request.body, limits.maxBodyBytes) };
  const read = await readRequestBody(request, limits);
  if (read.kind === "error") return read.error;
  if (read.kind === "client-gone") return failure("internal", "The client closed the connection.", { status: 499 });
  return { bytes: read.bytes, upload: undefined, named: filledString(read.json["input_file_id"]) };
}

function accountNamed({ named }: Body, request: Request, deps: Dependencies): Account | undefined {
  const known = named === undefined ? undefined : deps.keptIds.find(named);
  return known?.tenant === tenantOf(request, deps.clientKeys) ? known.account : undefined;
}

async function ask(
  { request, path, exchange }: KeptCall,
  { bytes, upload }: Body,
  { surface, candidate }: Claimed,
  deps: Dependencies,
): Promise<UpstreamAnswer> {
  const { searchParams } = new URL(request.url);
  searchParams.delete("key");
  const query = searchParams.size === 0 ? "" : `?${searchParams}`;
  const { timeouts } = candidate.provider;
  const granted = await deps.access(surface, candidate.lease?.key.value);
  if (granted.kind === "denied") return { kind: "failed", error: granted.error };
  const call = {
    provider: candidate.offer.provider,
    url: surface.baseUrl + path + query,
    method: request.method,
    headers: askHeaders(request.headers, surface, granted.headers, upload !== undefined),
    body: bytes,
    upload: upload?.stream,
    // How long a transfer takes says nothing of the vendor; its pauses do.
    timeouts: { ...timeouts, firstByteMs: 0, totalMs: 0 },
    startedMs: deps.upstream.now(),
  };
  return callUpstream(call, { signal: request.signal, onAbort: exchange.onAbort }, deps.upstream);
}
