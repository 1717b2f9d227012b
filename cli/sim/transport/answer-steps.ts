import type { Step } from "../http/step.ts";
import type { Frame, Reply } from "../reply.ts";
import type { Behaviour } from "../script/behaviour.ts";
import { bodySteps } from "./body-steps.ts";
import { compressSteps } from "./compress-steps.ts";
import { cutSteps, sliceSteps } from "./cut-steps.ts";
import { frameSteps } from "./frame-steps.ts";

/** An answer and its misbehaviour as the steps the socket takes. `errorFrame` is the API's error event. */
export async function* answerSteps(reply: Reply, behaviour: Behaviour, errorFrame: Frame): AsyncIterable<Step> {
  if (behaviour.headersDelayMs !== undefined) yield { kind: "wait", ms: behaviour.headersDelayMs };
  if (behaviour.neverAnswer === true) yield { kind: "stall" };
  if (behaviour.resetBeforeHeaders === true) yield { kind: "reset" };
  if (behaviour.wire !== undefined) {
    yield { kind: "write", bytes: behaviour.wire };
    yield { kind: "close" };
  }
  const compressed = compressSteps(bodySteps(reply, behaviour, errorFrame), behaviour.contentEncoding);
  const body = cutSteps(sliceSteps(compressed, behaviour), behaviour);
  const framing = behaviour.framing ?? (reply.body.kind === "events" ? "chunked" : "length");
  yield* frameSteps(reply, body, framing);
}
