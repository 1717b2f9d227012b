import { askUpstream } from "../upstream/ask-upstream.ts";
import type { AnsweredCall, Failed } from "../upstream/attempt.ts";
import type { Prepared } from "../upstream/prepare.ts";
import type { Json } from "../wire/canonical.ts";
import { parseExactly } from "../wire/exact-json.ts";
import { objectOf } from "../wire/json.ts";

/** How many upstream requests one answer may take. Each is paid for, and a model that never ends must not run up a bill. */
export const maxRounds = 5;

/**
 * Asks the upstream of a paused answer to go on. `said` is all it said in the rounds so far. The call it gives is like the
 * first one, with the new round's body; `signal` ends it besides what ended the first.
 */
export async function nextRound(
  call: AnsweredCall,
  said: readonly Json[],
  signal: AbortSignal,
): Promise<Failed | Readonly<{ kind: "begun"; call: AnsweredCall }>> {
  const request = { ...call.request, body: continued(call.prepared, said) };
  const asked = await askUpstream({ ...call, request }, { signal, onAbort: call.input.onAbort });
  if (asked.kind === "failed") return asked;
  return { kind: "begun", call: { ...call, upstream: asked.upstream, body: asked.body } };
}

/** Always from the first request, so that the rounds are one assistant message. */
function continued({ upstream, body }: Prepared, said: readonly Json[]): Uint8Array {
  const first = objectOf(parseExactly(new TextDecoder().decode(body))) ?? {};
  return new TextEncoder().encode(JSON.stringify(upstream.continueRequest?.(first, said) ?? first));
}
