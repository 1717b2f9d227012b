import type { JsonObject, Usage, WireError } from "../canonical.ts";
import type { StreamTap } from "../codec.ts";
import { arrayOf, isObject, objectOf, parseJson, stringOf } from "../json.ts";
import { badAnswer, embeddedError } from "../openai-chat/error.ts";
import { decodeUsage } from "./usage.ts";

/** The type of an event, without parsing all of it: most are deltas, and only their kind matters. */
const typeIn = /"type"\s*:\s*"((?:response\.[a-z_.]+|error|keepalive))"/;
const content = /^response\.(?:output_text|refusal|reasoning|function_call|custom_tool_call|output_item)/;
const terminal: ReadonlySet<string> = new Set([
  "response.completed",
  "response.incomplete",
  "response.failed",
  "response.cancelled",
  "error",
]);

/** Watches a forwarded stream. It runs on every one, so most frames cost one search and no parse. */
export function streamTap(): StreamTap {
  let usage: Usage | undefined;
  let error: WireError | undefined;
  let isCommitted = false;
  let isComplete = false;
  let isEmpty = false;

  function readEnd(json: JsonObject, type: string): void {
    const response = objectOf(json["response"]);
    usage = decodeUsage(response?.["usage"]) ?? usage;
    if (type === "response.completed" || type === "response.incomplete") {
      isComplete = true;
      isEmpty = type === "response.completed" && arrayOf(response?.["output"]).length === 0;
      return;
    }
    const told = objectOf(response?.["error"]) ?? objectOf(json["error"]) ?? (type === "error" ? json : undefined);
    error ??= told === undefined ? badAnswer("The upstream's response failed.") : embeddedError({ error: told });
  }

  return {
    push(event) {
      const type = event.event ?? typeIn.exec(event.data.slice(0, 200))?.[1] ?? typeIn.exec(event.data)?.[1];
      if (type === undefined) {
        if (!event.data.includes('"error"')) return;
        const json = parseJson(event.data);
        if (isObject(json) && json["error"]) error ??= embeddedError(json);
        return;
      }
      if (content.test(type)) isCommitted = true;
      if (!terminal.has(type)) return;
      const json = parseJson(event.data);
      if (isObject(json)) readEnd(json, stringOf(json["type"]) ?? type);
      isCommitted ||= isComplete;
    },
    complete: () => error === undefined && isComplete,
    missingEnd: () => "",
    usage: () => usage,
    error: () => error,
    committed: () => isCommitted,
    empty: () => isEmpty,
  };
}
