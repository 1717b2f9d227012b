import { type Answered, type Failed, failed } from "./attempt.ts";
import type { Target } from "./contract.ts";
import type { Dependencies } from "./dependencies.ts";
import type { Prepared } from "./prepare.ts";
import { type Caller, callUpstream, type UpstreamBody, type UpstreamCall } from "./upstream.ts";
import { refusedByUpstream } from "./upstream-refusal.ts";

/** What a request to an upstream was made of. */
export type Asked = Readonly<{ target: Target; prepared: Prepared; request: UpstreamCall; deps: Dependencies }>;

/** Sends one request: an answer that has begun with a 2xx, or why there is none. */
export async function askUpstream(
  { target, prepared, request, deps }: Asked,
  caller: Caller,
): Promise<Failed | Readonly<{ kind: "begun"; upstream: Answered; body: UpstreamBody }>> {
  const answer = await callUpstream(request, caller, deps.upstream);
  if (answer.kind === "failed") return failed(answer.error);
  const upstream = { headers: answer.headers, codec: prepared.upstream };
  if (answer.status >= 200 && answer.status <= 299) return { kind: "begun", upstream, body: answer.body };
  return await refusedByUpstream(target, prepared, { ...answer, upstream }, deps);
}
