import type { Step } from "../http/step.ts";
import type { Behaviour } from "../script/behaviour.ts";

/** Re-chunks the body into writes of `writeBytes`, with a wait before each when asked for. */
export async function* sliceSteps(steps: AsyncIterable<Step>, behaviour: Behaviour): AsyncIterable<Step> {
  const { writeBytes, writeDelayMs } = behaviour;
  for await (const step of steps) {
    if (step.kind !== "write" || writeBytes === undefined) {
      yield step;
      continue;
    }
    const bytes = Buffer.from(step.bytes);
    for (let at = 0; at < bytes.length; at += writeBytes) {
      // A turn of the event loop between two writes keeps the kernel from joining them into one segment.
      yield { kind: "wait", ms: writeDelayMs ?? 0 };
      yield { kind: "write", bytes: bytes.subarray(at, at + writeBytes) };
    }
  }
}

/** Ends the connection by force where `resetAfterBytes` or `closeAfterBytes` says so. */
export async function* cutSteps(steps: AsyncIterable<Step>, behaviour: Behaviour): AsyncIterable<Step> {
  const { resetAfterBytes, closeAfterBytes } = behaviour;
  const limit = resetAfterBytes ?? closeAfterBytes;
  const end: Step = resetAfterBytes === undefined ? { kind: "close" } : { kind: "reset" };
  let left = limit ?? Number.POSITIVE_INFINITY;
  for await (const step of steps) {
    if (step.kind !== "write") {
      yield step;
      continue;
    }
    const bytes = Buffer.from(step.bytes);
    if (bytes.length >= left) {
      if (left > 0) yield { kind: "write", bytes: bytes.subarray(0, left) };
      yield end;
      return;
    }
    left -= bytes.length;
    yield step;
  }
}
