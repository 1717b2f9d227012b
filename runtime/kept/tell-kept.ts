import { readAll } from "../read-all.ts";
import { tenantOf } from "../request/auth.ts";
import type { FinishedRequest } from "../request/finished-request.ts";
import type { Dependencies } from "../server/dependencies.ts";
import type { UpstreamAnswer, UpstreamBody } from "../upstream/upstream.ts";
import type { Claimed } from "./claim-account.ts";
import { replyHeadersOf } from "./kept-headers.ts";
import { notedIds } from "./noted-ids.ts";
import { ownAddresses, ownUploadAddress } from "./own-addresses.ts";
import type { KeptCall } from "./pass-kept.ts";

/** What a vendor said to a request for something it keeps. */
type Begun = Extract<UpstreamAnswer, { kind: "answer" }>;

/**
 * A vendor's answer on its way to the client: what is kept passes as it comes; in a description of it addresses become
 * the gateway's, and its ids are noted with the account that knows them. Frees the account's place at the end.
 */
export async function tellKept(
  call: KeptCall,
  { status, headers, body }: Begun,
  { surface, candidate }: Claimed,
  deps: Dependencies,
): Promise<Response> {
  const { exchange, request, resource } = call;
  const { offer, lease } = candidate;
  const { origin } = new URL(request.url);
  const told = ownUploadAddress(replyHeadersOf(headers, surface.format), surface.baseUrl, origin);
  const isJson = headers.get("content-type")?.includes("application/json") === true;
  if (!isJson || resource?.isContent === true) {
    const stream = (ended: (how: FinishedRequest["how"]) => void) =>
      streamOf(body, (how) => {
        candidate.release();
        ended(how);
      });
    return exchange.forward(offer, { status, headers: told, body: stream });
  }
  const whole = await readAll(body, deps.gateway.catalog.limits.maxResponseBytes);
  candidate.release();
  if (whole.kind === "failed") return exchange.fail(whole.error);
  const text = ownAddresses(new TextDecoder().decode(whole.bytes), surface.baseUrl, origin);
  const account = { provider: offer.provider, key: lease?.key.id };
  const tenant = tenantOf(request, deps.clientKeys);
  for (const id of status < 300 ? notedIds(text) : []) deps.keptIds.note(id, { tenant, account });
  return exchange.forward(offer, { status, headers: told, body: new TextEncoder().encode(text) });
}

function streamOf(body: UpstreamBody, ended: (how: FinishedRequest["how"]) => void): ReadableStream<Uint8Array> {
  return new ReadableStream(
    {
      pull: async (controller) => {
        const read = await body.read();
        if (read.kind === "chunk") return controller.enqueue(read.bytes);
        ended(read.kind === "end" ? "finished" : "failed");
        if (read.kind === "failed") controller.error(new Error(read.error.message));
        else controller.close();
      },
      cancel: () => {
        body.cancel();
        ended("client-gone");
      },
    },
    { highWaterMark: 0 },
  );
}
