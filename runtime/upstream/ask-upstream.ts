import type { LogSettings, Target } from "../contract.ts";
import type { RecordedCall } from "../log/request-recorder.ts";
import type { Dependencies } from "../server/dependencies.ts";
import { type Answered, type AttemptInput, type Failed, failed } from "./attempt.ts";
import type { Prepared } from "./prepare.ts";
import { type Caller, callUpstream, type UpstreamAnswer, type UpstreamBody, type UpstreamCall } from "./upstream.ts";
import { refusedByUpstream } from "./upstream-refusal.ts";

/** What a request to an upstream was made of. */
export type Asked = Readonly<{
  target: Target;
  prepared: Prepared;
  request: UpstreamCall;
  deps: Dependencies;
  /** What the operator's log file says of it, beside the request itself. */
  recording: Pick<RecordedCall, "requestId" | "attempt" | "stream" | "isPrivate" | "secretHeaders"> &
    Pick<AttemptInput, "clientKey">;
}>;

/** Sends one request: an answer that has begun with a 2xx, or why there is none. */
export async function askUpstream(
  asked: Asked,
  caller: Caller,
): Promise<Failed | Readonly<{ kind: "begun"; upstream: Answered; body: UpstreamBody }>> {
  const { target, prepared, deps } = asked;
  const answer = await recordedCall(asked, caller);
  if (answer.kind === "failed") return failed(answer.error);
  const upstream = { headers: answer.headers, codec: prepared.upstream };
  if (answer.status >= 200 && answer.status <= 299) return { kind: "begun", upstream, body: answer.body };
  return await refusedByUpstream(target, prepared, { ...answer, upstream }, deps);
}

/** The call, and two lines about it in the log file where there is one. */
async function recordedCall(asked: Asked, caller: Caller): Promise<UpstreamAnswer> {
  const { deps, request, target, prepared, recording } = asked;
  if (deps.recorder === undefined) return await callUpstream(request, caller, deps.upstream);
  const call = {
    ...recording,
    isPrivate: recording.isPrivate || !keepsBodies(deps.gateway.catalog.log, recording.clientKey()),
    provider: target.provider,
    model: target.model,
    path: new URL(request.url).pathname,
    headers: request.headers,
    body: request.body,
    codec: prepared.upstream,
    answer: prepared.answer,
  };
  deps.recorder.request(call);
  const startedMs = deps.upstream.now();
  const answer = await callUpstream(request, caller, deps.upstream);
  if (answer.kind === "failed") {
    deps.recorder.answer(call, { kind: "failed", message: answer.error.message }, startedMs);
    return answer;
  }
  return { ...answer, body: deps.recorder.answer(call, answer, startedMs) ?? answer.body };
}

/** Whether the log file may have what this client asks and is answered. */
function keepsBodies({ bodiesOf, noBodiesOf }: LogSettings, clientKey = "none"): boolean {
  return (bodiesOf.includes("*") || bodiesOf.includes(clientKey)) && !noBodiesOf.includes(clientKey);
}
