import type { Citation, JsonObject, Stop, StreamEvent, Usage, WireError } from "../canonical.ts";
import type { ReplyContext, StreamWriter } from "../codec.ts";
import { encodeSse } from "../sse.ts";
import { badAnswer, streamError } from "./error.ts";
import { replyChunk } from "./reply-chunk.ts";
import { callPart, redactedPart, signedTextPart, textPart, thoughtPart } from "./reply-parts.ts";

/** Comments break Gemini CLI and LangChain, an empty text spoils the history that Google's SDK keeps; this is nothing. */
export const keepAlive = "data: {}\n\n";

type Call = Extract<StreamEvent, { kind: "tool-open" }> & { argumentsText: string; isWhole: boolean };

/**
 * Canonical events as chunks of the Gemini API: no event names, no terminator but the last chunk's `finishReason`. Calls
 * are told once they are whole, in their order, as the API has no fragments of them.
 */
export function streamWriter(context: ReplyContext): StreamWriter {
  const calls: Call[] = [];
  const citations: Citation[] = [];
  const queries: string[] = [];
  let isOver = false;
  let text = "";
  let thought = "";
  let refusal = "";
  let usage: Usage | undefined;
  let stop: Stop = { reason: "end" };

  function write(...parts: readonly JsonObject[]): string {
    return parts.map((part) => frame(replyChunk(context, [part]))).join("");
  }

  /** The calls that are whole and whose turn it is. */
  function writeCalls(all: boolean): string | WireError {
    let out = "";
    for (let first = calls[0]; first !== undefined && (first.isWhole || all); first = calls[0]) {
      calls.shift();
      const part = callPart(first);
      if (part !== undefined) out += write(part);
      else if (stop.reason !== "length" && stop.reason !== "context-full") return brokenArguments;
    }
    return out;
  }

  function fail(error: WireError): string {
    isOver = true;
    return streamError(error);
  }

  function finish(): string {
    const rest = writeCalls(true);
    if (typeof rest !== "string") return fail(rest);
    isOver = true;
    return rest + frame(replyChunk(context, [], { stop, refusal, usage, text, citations, queries }));
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
        queries.push(event.search.query);
        return "";
      case "tool-open":
        calls.push({ ...event, argumentsText: "", isWhole: false });
        return "";
      case "tool-arguments": {
        const call = calls.find(({ key }) => key === event.key);
        if (call !== undefined) call.argumentsText += event.text;
        return "";
      }
      case "tool-close": {
        const call = calls.find(({ key }) => key === event.key);
        if (call !== undefined) call.isWhole = true;
        // Whether broken arguments were cut off by the limit is only known at the end.
        return calls.some((each) => each.isWhole && callPart(each) === undefined) ? "" : asText(writeCalls(false));
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

function asText(written: string | WireError): string {
  return typeof written === "string" ? written : "";
}

function frame(chunk: JsonObject): string {
  return encodeSse({ event: undefined, data: JSON.stringify(chunk) });
}
