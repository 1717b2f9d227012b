import type { Citation, JsonObject, Stop, StreamEvent, ToolCall, Usage, WebSearch, WireError } from "../canonical.ts";
import type { ReplyContext, StreamWriter } from "../codec.ts";
import { encodeSse } from "../sse.ts";
import { badAnswer, streamError } from "./error.ts";
import { replyChunk } from "./reply-chunk.ts";
import { argumentsOf, callPart, redactedPart, signedTextPart, textPart, thoughtPart } from "./reply-parts.ts";
import { isAtLimit } from "./stop.ts";

const nothing = textPart("");

/**
 * A chunk that says nothing. Comments break LangChain and Gemini CLI, whose parsers want every block to begin with `data:`;
 * a chunk without a part makes the chats of @google/genai (1.30, 2.32 and 3.1: `isValidContent`) forget the whole answer.
 */
export const keepAlive = frame({ candidates: [{ content: { role: "model", parts: [nothing] }, index: 0 }] });

type OpenCall = { readonly key: number; call: ToolCall; isClosed: boolean };

/**
 * Canonical events as chunks of the Gemini API: no event names, no terminator but the last chunk's `finishReason`. Calls
 * are told once they are whole, in their order, as the API has no fragments of them.
 */
export function streamWriter(context: ReplyContext): StreamWriter {
  const calls: OpenCall[] = [];
  const citations: Citation[] = [];
  const searches: WebSearch[] = [];
  let isOver = false;
  let hasSaid = false;
  let text = "";
  let thought = "";
  let refusal = "";
  let usage: Usage | undefined;
  let stop: Stop = { reason: "end" };

  function write(part: JsonObject): string {
    hasSaid = true;
    return frame(replyChunk(context, [part]));
  }

  /** The calls whose turn it is. Whether arguments that are not JSON were cut off is only known at the end. */
  function writeCalls(): string {
    let out = "";
    for (let first = calls[0]; first?.isClosed && argumentsOf(first.call) === "whole"; first = calls[0]) {
      calls.shift();
      out += write(callPart(first.call));
    }
    return out;
  }

  function fail(error: WireError): string {
    isOver = true;
    return streamError(error);
  }

  function finish(): string {
    const left = calls.map(({ call }) => call);
    const isCut = isAtLimit(stop);
    if (!isCut && left.some((call) => argumentsOf(call) === "broken")) return fail(brokenArguments);
    const rest = left.filter((call) => !isCut || argumentsOf(call) === "whole").map((call) => write(callPart(call)));
    isOver = true;
    const last = hasSaid ? [nothing] : [];
    return rest.join("") + frame(replyChunk(context, last, { stop, refusal, usage, text, citations, searches }));
  }

  function push(event: StreamEvent): string {
    switch (event.kind) {
      case "text":
        text += event.text;
        return event.text === "" ? "" : write(textPart(event.text));
      case "text-signature":
        return write(signedTextPart("", event.signature));
      case "thinking":
        thought += event.text;
        return event.text === "" ? "" : write(thoughtPart(event.text));
      case "thinking-signature": {
        const of = thought;
        thought = "";
        return write(thoughtPart("", { state: event.signature, of }));
      }
      case "redacted-thinking":
        return write(redactedPart(event.data));
      case "refusal":
        refusal += event.text;
        return "";
      case "citation":
        citations.push(event.citation);
        return "";
      case "web-search":
        searches.push(event.search);
        return "";
      case "tool-open":
        calls.push({ key: event.key, call: openedCall(event), isClosed: false });
        return "";
      case "tool-arguments": {
        const open = calls.findLast(({ key }) => key === event.key);
        if (open !== undefined) open.call = { ...open.call, argumentsText: open.call.argumentsText + event.text };
        return "";
      }
      case "tool-close": {
        const open = calls.findLast(({ key }) => key === event.key);
        if (open !== undefined) open.isClosed = true;
        return writeCalls();
      }
      case "block-break":
        thought = "";
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
        return fail(event.error);
      case "end":
        return finish();
      case "start":
        return "";
    }
  }

  return { push: (event) => (isOver ? "" : push(event)) };
}

const brokenArguments: WireError = badAnswer(
  "The model ended a tool call whose arguments are not valid JSON.",
  "upstream_invalid_response",
);

function openedCall({ id, name, tool, signature }: Extract<StreamEvent, { kind: "tool-open" }>): ToolCall {
  return { kind: "tool-call", id, name, tool, argumentsText: "", signature };
}

function frame(chunk: JsonObject): string {
  return encodeSse({ event: undefined, data: JSON.stringify(chunk) });
}
