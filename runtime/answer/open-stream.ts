import type { BodyRead, UpstreamBody } from "../upstream/upstream.ts";
import type { Verdict } from "../validation/validation.ts";
import type { WireError } from "../wire/canonical.ts";
import { jsonPrefix } from "./preflush.ts";
import type { Relay } from "./relay.ts";

/** How long an answer may be held back before the client gets its headers, and until what point. */
export type Hold =
  /** Until content comes: what fails before it is a plain HTTP error. */
  | Readonly<{ kind: "content"; maxMs: number }>
  /** Until `bufferBytes` of assistant text look like JSON, or the whole answer is in and `validate` has judged it. */
  | Readonly<{
      kind: "window";
      bufferBytes: number;
      maxMs: number;
      /** The JSON the validators are going to read, as far as it has come. */
      candidate: () => string;
      validate: () => Promise<Verdict>;
    }>;

/** `head` is what the client is owed so far; `verdict` is the validators', of the whole answer or of what the window held. */
export type OpenedStream =
  | Readonly<{ kind: "failed"; error: WireError }>
  | Readonly<{ kind: "open"; head: readonly Uint8Array[]; verdict: Verdict; judgedWhole: boolean }>;

/** Lifecycle frames before the first content are small; an upstream that sends more than this is just slow to commit. */
const maxHeldBytes = 64 * 1024;

type Judged = Readonly<{ verdict: Verdict; judgedWhole: boolean }>;
const unjudged: Judged = { verdict: { kind: "not-applicable" }, judgedWhole: false };

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Reads the start of a streamed answer and decides whether it may be shown. Nothing has reached the client yet. */
export async function openStream(
  body: UpstreamBody,
  relay: Relay,
  hold: Hold,
  now: () => number,
): Promise<OpenedStream> {
  const head: Uint8Array[] = [];
  const deadline = now() + hold.maxMs;
  let heldBytes = 0;

  for (;;) {
    const read = await body.read(Math.max(1, deadline - now()));
    if (read.kind === "waiting") return { kind: "open", head, ...unjudged };
    const out = relayed(relay, read);
    head.push(out);
    heldBytes += out.length;

    const error = relay.error();
    if (error !== undefined && (hold.kind === "window" || !relay.committed())) {
      body.cancel();
      return { kind: "failed", error };
    }
    const over = read.kind !== "chunk" || relay.ended();
    if (hold.kind === "content") {
      if (over || relay.committed() || heldBytes > maxHeldBytes) {
        return { kind: "open", head, ...unjudged };
      }
      continue;
    }
    const judged = await judge(hold, relay, over);
    if (judged !== undefined) return { kind: "open", head, ...judged };
  }
}

function relayed(relay: Relay, read: BodyRead): Uint8Array {
  switch (read.kind) {
    case "chunk":
      return relay.push(read.bytes);
    case "failed":
      return relay.stopped() ? relay.end() : relay.fail(read.error);
    case "end":
    case "waiting":
      return relay.end();
  }
}

/**
 * The verdict, as soon as there is one: on a full window, on hopeless text, or on the whole answer. A full window is
 * judged by its own bytes alone, also when more came with them: the upstream's chunks must not decide.
 */
async function judge(hold: Hold & { kind: "window" }, relay: Relay, over: boolean): Promise<Judged | undefined> {
  const bytes = encoder.encode(hold.candidate());
  const full = bytes.length >= hold.bufferBytes;
  if (!full && (over || relay.stopped())) return { verdict: await hold.validate(), judgedWhole: true };
  if (jsonPrefix(decoder.decode(bytes.subarray(0, hold.bufferBytes))) === "hopeless") {
    const message = "The answer does not start like JSON.";
    return { verdict: { kind: "failed", reason: "not-json", message }, judgedWhole: false };
  }
  return full ? { verdict: { kind: "passed" }, judgedWhole: false } : undefined;
}
