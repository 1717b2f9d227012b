import { canonicalJson, hash } from "../hash.ts";
import { isArray, isObject, type Json, type JsonObject } from "../json.ts";
import { type InputUsage, type Prompt, type PromptTool, textOf } from "../prompt.ts";
import { minCachedTokens, type PromptCache } from "../prompt-cache.ts";
import { plainModel } from "../script/directive.ts";
import { countTokens } from "../tokens.ts";
import { chatModel } from "./models.ts";

/** The parts of a Chat Completions request that decide the answer. The body has passed the checks. */
export function readPrompt(body: JsonObject, cache: PromptCache, scope: string): Prompt {
  const messages = isArray(body["messages"]) ? body["messages"].filter(isObject) : [];
  const model = String(body["model"]);
  const { stream, stream_options: _, ...rest } = body;
  const accepts = chatModel(plainModel(model));
  const effort = body["reasoning_effort"] ?? accepts.defaultEffort;
  return {
    model,
    stream: stream === true,
    lastUserText: textOf(messages.findLast((message) => message["role"] === "user")?.["content"]),
    toolResults: toolResults(messages),
    tools: tools(body),
    toolChoice: toolChoice(body["tool_choice"] ?? body["function_call"]),
    parallelTools: body["parallel_tool_calls"] !== false,
    webSearch: isObject(body["web_search_options"]),
    schema: schema(body["response_format"]),
    maxTokens: numberOf(body["max_completion_tokens"]) ?? numberOf(body["max_tokens"]),
    stopSequences: stops(body["stop"]),
    thinking: accepts.reasoning && effort !== "none" ? "hidden" : "off",
    usage: inputUsage(body, messages, cache, scope),
    seed: hash(canonicalJson(rest)),
    prefix: hash(canonicalJson(messages)),
  };
}

function toolResults(messages: readonly JsonObject[]): readonly string[] {
  const last = messages.findLastIndex((message) => message["role"] !== "tool" && message["role"] !== "function");
  return messages.slice(last + 1).map((message) => textOf(message["content"]));
}

function tools(body: JsonObject): readonly PromptTool[] {
  const list = isArray(body["tools"]) ? body["tools"] : [];
  const legacy: readonly Json[] = isArray(body["functions"])
    ? body["functions"].map((tool) => ({ function: tool }))
    : [];
  return [...list, ...legacy].flatMap((tool): readonly PromptTool[] => {
    if (!isObject(tool)) return [];
    if (isObject(tool["custom"])) return [{ name: String(tool["custom"]["name"]), kind: "free-text", schema: {} }];
    if (!isObject(tool["function"])) return [];
    const { name, parameters } = tool["function"];
    return [{ name: String(name), kind: "json", schema: isObject(parameters) ? parameters : {} }];
  });
}

function toolChoice(choice: Json | undefined): Prompt["toolChoice"] {
  if (choice === "none") return { kind: "none" };
  if (choice === "required") return { kind: "any" };
  if (!isObject(choice)) return { kind: "auto" };
  if (isObject(choice["allowed_tools"]))
    return { kind: choice["allowed_tools"]["mode"] === "required" ? "any" : "auto" };
  const named = choice["function"] ?? choice["custom"] ?? choice;
  return isObject(named) ? { kind: "tool", name: String(named["name"]) } : { kind: "auto" };
}

function schema(format: Json | undefined): JsonObject | undefined {
  if (!isObject(format) || format["type"] === "text") return undefined;
  const named = format["json_schema"];
  return isObject(named) && isObject(named["schema"]) ? named["schema"] : {};
}

/** `stop` as a list. */
export function stops(stop: Json | undefined): readonly string[] {
  if (typeof stop === "string") return [stop];
  return isArray(stop) ? stop.map(String) : [];
}

function numberOf(value: Json | undefined): number | undefined {
  return typeof value === "number" ? value : undefined;
}

/** Cached tokens come in steps of 128 (the vendor's prompt caching guide). */
const cacheStep = 128;

/** Role and delimiters of a message, as the vendor's token counting guide has it. */
const messageOverhead = 3;

function jsonTokens(value: Json | undefined): number {
  return value === undefined ? 0 : countTokens(JSON.stringify(value));
}

/** Input tokens. Everything up to each message (or item) is a prefix; the longest one seen before is what the cache serves. */
export function inputUsage(
  body: JsonObject,
  messages: readonly JsonObject[],
  cache: PromptCache,
  scope: string,
): InputUsage {
  let prefix = hash(`${scope} ${String(body["model"])} ${canonicalJson(body["tools"] ?? [])}`);
  let tokens = jsonTokens(body["tools"]);
  let cached = 0;
  for (const message of messages) {
    prefix = hash(prefix + canonicalJson(message));
    const said = message["role"] === undefined ? jsonTokens(message) : countTokens(textOf(message["content"]));
    tokens += said + jsonTokens(message["tool_calls"]) + messageOverhead;
    if (tokens < minCachedTokens) continue;
    if (cache.has(prefix)) cached = tokens - (tokens % cacheStep);
    cache.add(prefix);
  }
  return { uncached: tokens - cached, cacheRead: cached, cacheWrite: 0 };
}
