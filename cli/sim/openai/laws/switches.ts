import { isObject, type JsonObject } from "../../json.ts";
import { textOf } from "../../prompt.ts";
import { invalid } from "../invalid.ts";
import { messagesOf } from "../messages-of.ts";
import type { Law } from "./law.ts";

/** Options that mean something only when another one is on. */
export const switches: Law = (body) => {
  if (isObject(body["stream_options"]) && body["stream"] !== true) {
    return invalid("The 'stream_options' parameter is only allowed when 'stream' is enabled.", "stream_options");
  }
  if (typeof body["top_logprobs"] === "number" && body["logprobs"] !== true) {
    return invalid("The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.", "top_logprobs");
  }
  const format = body["response_format"];
  if (isObject(format) && format["type"] === "json_object" && !mentionsJson(body)) {
    const message =
      "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.";
    return invalid(message, "messages");
  }
  return undefined;
};

function mentionsJson(body: JsonObject): boolean {
  return messagesOf(body).some((message) => /json/i.test(textOf(message["content"])));
}
