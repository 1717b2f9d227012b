import type { Step } from "../http/step.ts";
import type { Frame, Reply } from "../reply.ts";
import type { Behaviour } from "../script/behaviour.ts";

const lineEnds = { lf: "\n", crlf: "\r\n", cr: "\r" } as const;
const byteOrderMark = "\uFEFF";

/** The body as writes and waits, before it is compressed, cut and framed. `errorFrame` is the API's error event. */
export function* bodySteps(reply: Reply, behaviour: Behaviour, errorFrame: Frame): Iterable<Step> {
  if (behaviour.firstEventDelayMs !== undefined) yield { kind: "wait", ms: behaviour.firstEventDelayMs };
  if (behaviour.bom === true) yield { kind: "write", bytes: byteOrderMark };
  if (reply.body.kind === "whole") {
    if (behaviour.stallAfterEvents !== undefined) yield { kind: "stall" };
    yield { kind: "write", bytes: reply.body.bytes };
    return;
  }
  yield* eventSteps(reply.body, behaviour, errorFrame);
}

type Events = Extract<Reply["body"], { kind: "events" }>;

function* eventSteps(events: Events, behaviour: Behaviour, errorFrame: Frame): Iterable<Step> {
  const { frames } = events;
  const { stallAfterEvents, errorAfterEvents, failAfterEvents, endAfterEvents } = behaviour;
  const lineEnd = lineEnds[behaviour.lineEnd ?? "lf"];
  const colon = behaviour.tight === true ? ":" : ": ";
  const written = (frame: Frame): Step => ({ kind: "write", bytes: frameText(frame, colon, lineEnd) });
  const sent = behaviour.noTerminator === true ? frames.filter((frame) => frame.terminator !== true) : frames;
  for (const [index, frame] of sent.entries()) {
    if (index === stallAfterEvents) yield { kind: "stall" };
    if (index === endAfterEvents) return;
    if (index === errorAfterEvents || index === failAfterEvents) {
      const own = index === failAfterEvents ? (events.failedFrame ?? events.errorFrame) : events.errorFrame;
      yield written(own?.(index) ?? errorFrame);
      return;
    }
    if (index > 0 && behaviour.eventDelayMs !== undefined) yield { kind: "wait", ms: behaviour.eventDelayMs };
    if (behaviour.comments === true) yield { kind: "write", bytes: `: keep-alive${lineEnd}${lineEnd}` };
    if (behaviour.pings === true) yield written(ping);
    yield written(frame);
  }
}

const ping: Frame = { event: "ping", data: '{"type":"ping"}' };

/** An event as text (WHATWG HTML section 9.2.6). */
function frameText(frame: Frame, colon: string, lineEnd: string): string {
  if (frame.raw !== undefined) return frame.raw;
  const name = frame.event === undefined ? "" : `event${colon}${frame.event}${lineEnd}`;
  const data = frame.data.split("\n").map((line) => `data${colon}${line}${lineEnd}`);
  return `${name}${data.join("")}${lineEnd}`;
}
