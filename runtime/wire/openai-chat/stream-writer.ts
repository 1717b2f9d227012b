import type { Citation, JsonObject, Stop, StreamEvent, Usage } from "../canonical.ts";
import type { ReplyContext, StreamWriter } from "../codec.ts";
import { objectOf } from "../json.ts";
import { callExtra, encodeCitation, isLegacy, replyId } from "./encode-response.ts";
import { streamError } from "./error.ts";
import { reasoningWriter } from "./reply-reasoning.ts";
import { encodeFinish, refusalOf } from "./stop.ts";
import { encodeUsage } from "./usage.ts";

export const keepAlive = ": keepalive\n\n";

/** Events to the chunks of openai 7.55.0 `ChatCompletionChunk`. The finish is held back until `end`, as usage may follow it. */
export function streamWriter(context: ReplyContext): StreamWriter {
  const includeUsage = objectOf(context.request["stream_options"])?.["include_usage"] === true;
  const frame = framing(context, includeUsage);
  const legacy = isLegacy(context.request);
  const calls = callWriter(legacy);
  const thinking = reasoningWriter();
  const citations: Citation[] = [];
  let started = false;
  let hasRefusal = false;
  let usage: Usage | undefined;
  let stop: Stop | undefined;

  /** The first chunk names the role; an upstream that forgot to start still gets one written. */
  function opening(): string {
    if (started) return "";
    started = true;
    return frame.delta({ role: "assistant", content: "", refusal: null });
  }

  function content(delta: JsonObject | undefined): string {
    return delta === undefined ? "" : opening() + frame.delta(delta);
  }

  function ending(): string {
    const told = hasRefusal ? undefined : refusalOf(stop);
    const reason = stop ?? { reason: calls.count() > 0 ? "tool-calls" : "end" };
    return [
      opening(),
      told === undefined ? "" : frame.delta({ refusal: told }),
      citations.length === 0 ? "" : frame.delta({ annotations: citations.map(encodeCitation) }),
      frame.finish(encodeFinish(reason, hasRefusal, legacy)),
      includeUsage && usage !== undefined ? frame.usage(usage) : "",
      "data: [DONE]\n\n",
    ].join("");
  }

  function push(event: StreamEvent): string {
    switch (event.kind) {
      case "start":
        return opening();
      case "text":
        thinking.close();
        return event.text === "" ? "" : content({ content: event.text });
      case "thinking":
        return event.text === "" ? "" : content(thinking.text(event.text));
      case "thinking-signature":
        return content(thinking.sign(event.signature));
      case "redacted-thinking":
        return content(thinking.state(event.data));
      case "text-signature":
        return content(thinking.state({ ...event.signature, signs: "text" }));
      case "refusal":
        thinking.close();
        hasRefusal ||= event.text !== "";
        return event.text === "" ? "" : content({ refusal: event.text });
      // Clients of this API see the answer that came of a search, and its sources.
      case "web-search":
        return "";
      case "citation":
        citations.push(event.citation);
        return "";
      case "tool-open":
        thinking.close();
        return content(calls.open(event));
      case "tool-arguments":
        return content(calls.fragment(event.key, event.text));
      case "tool-close":
        return content(calls.close(event.key));
      case "block-break":
        thinking.close();
        return "";
      case "usage":
        usage = event.usage;
        return "";
      case "stop":
        stop = event.stop;
        return "";
      case "ping":
        return keepAlive;
      case "error":
        return streamError(event.error);
      case "end":
        return ending();
    }
  }

  return { push };
}

type Framing = Readonly<{
  delta(delta: JsonObject): string;
  finish(reason: string): string;
  usage(usage: Usage): string;
}>;

/** All chunks share an envelope, written once. With usage asked for, every chunk carries the field. */
function framing(context: ReplyContext, includeUsage: boolean): Framing {
  const envelope = { id: replyId(context), object: "chat.completion.chunk", created: context.createdSeconds };
  const head = `data: ${JSON.stringify({ ...envelope, model: context.model }).slice(0, -1)},"choices":[`;
  const tail = includeUsage ? '],"usage":null}\n\n' : "]}\n\n";
  const choice = (delta: string, finish: string): string =>
    `${head}{"index":0,"delta":${delta},"logprobs":null,"finish_reason":${finish}}${tail}`;
  return {
    delta: (delta) => choice(JSON.stringify(delta), "null"),
    finish: (reason) => choice("{}", JSON.stringify(reason)),
    usage: (usage) => `${head}],"usage":${JSON.stringify(encodeUsage(usage))}}\n\n`,
  };
}

type CallWriter = Readonly<{
  open(event: Extract<StreamEvent, { kind: "tool-open" }>): JsonObject | undefined;
  fragment(key: number, text: string): JsonObject | undefined;
  close(key: number): JsonObject | undefined;
  count(): number;
}>;

/** Deltas of tool calls, numbered 0, 1, 2 … in the order they open. Later fragments repeat neither id nor name, as the SDKs take that for another call. */
function callWriter(legacy: boolean): CallWriter {
  const open = new Map<number, { index: number; custom: boolean; empty: boolean }>();
  let count = 0;

  function fragment(key: number, text: string): JsonObject | undefined {
    const call = open.get(key);
    if (call === undefined || text === "") return undefined;
    call.empty = false;
    if (legacy) return { function_call: { arguments: text } };
    const body = call.custom ? { custom: { input: text } } : { function: { arguments: text } };
    return { tool_calls: [{ index: call.index, ...body }] };
  }

  return {
    open({ key, id, name, tool, signature }) {
      const index = count;
      count += 1;
      if (legacy && index > 0) return undefined;
      open.set(key, { index, custom: tool === "custom", empty: true });
      if (legacy) return { function_call: { name, arguments: "" } };
      const body =
        tool === "custom"
          ? { type: "custom", custom: { name, input: "" } }
          : { type: "function", function: { name, arguments: "" } };
      return { tool_calls: [{ index, id, ...body, ...callExtra(signature) }] };
    },
    fragment,
    close(key) {
      const call = open.get(key);
      const delta = call?.empty && !call.custom ? fragment(key, "{}") : undefined;
      open.delete(key);
      return delta;
    },
    count: () => count,
  };
}
