import { canonicalJson, hash } from "../hash.ts";
import { isArray, isObject, type Json, type JsonObject } from "../json.ts";
import { type Prompt, type PromptTool, textOf } from "../prompt.ts";
import type { PromptCache } from "../prompt-cache.ts";
import { plainModel } from "../script/directive.ts";
import { blocksOf, messagesOf } from "./blocks.ts";
import { conversationHash } from "./conversation-hash.ts";
import { inputUsage } from "./input-usage.ts";
import { claudeModel } from "./models.ts";

/** The parts of a Messages request that decide the answer. The body has passed the checks. */
export function readPrompt(body: JsonObject, cache: PromptCache, scope: string): Prompt {
  const messages = messagesOf(body);
  const { stream, ...rest } = body;
  const choice = isObject(body["tool_choice"]) ? body["tool_choice"] : {};
  return {
    model: String(body["model"]),
    stream: stream === true,
    lastUserText: textOf(blocksOf(lastUserContent(messages)).filter((block) => block["type"] === "text")),
    toolResults: toolResults(messages),
    tools: tools(body["tools"]),
    toolChoice: toolChoice(choice),
    parallelTools: choice["disable_parallel_tool_use"] !== true,
    webSearch: offersWebSearch(body["tools"]),
    schema: schema(body["output_config"]),
    maxTokens: typeof body["max_tokens"] === "number" ? body["max_tokens"] : undefined,
    stopSequences: isArray(body["stop_sequences"]) ? body["stop_sequences"].map(String) : [],
    thinking: thinking(body),
    usage: inputUsage(body, cache, scope),
    seed: hash(canonicalJson(rest)),
    prefix: conversationHash(messages),
  };
}

/** The last user turn that says something; tool results alone are no saying. */
function lastUserContent(messages: readonly JsonObject[]): Json | undefined {
  const spoken = messages.findLast(
    (message) => message["role"] === "user" && blocksOf(message["content"]).some((block) => block["type"] === "text"),
  );
  return spoken?.["content"];
}

function toolResults(messages: readonly JsonObject[]): readonly string[] {
  const results = blocksOf(messages.findLast((message) => message["role"] === "user")?.["content"]);
  return results.filter((block) => block["type"] === "tool_result").map((block) => textOf(block["content"]));
}

/** Tools with a schema of their own; those the vendor runs itself are never called. */
function tools(list: Json | undefined): readonly PromptTool[] {
  return (isArray(list) ? list : []).filter(isObject).flatMap((tool): readonly PromptTool[] => {
    const schema = tool["input_schema"];
    return isObject(schema) ? [{ name: String(tool["name"]), kind: "json", schema }] : [];
  });
}

function offersWebSearch(list: Json | undefined): boolean {
  return (isArray(list) ? list : []).some((tool) => isObject(tool) && /^web_search_\d+$/.test(String(tool["type"])));
}

function toolChoice(choice: JsonObject): Prompt["toolChoice"] {
  switch (choice["type"]) {
    case "any":
      return { kind: "any" };
    case "none":
      return { kind: "none" };
    case "tool":
      return { kind: "tool", name: String(choice["name"]) };
    default:
      return { kind: "auto" };
  }
}

function schema(config: Json | undefined): JsonObject | undefined {
  const format = isObject(config) ? config["format"] : undefined;
  return isObject(format) && isObject(format["schema"]) ? format["schema"] : undefined;
}

function thinking(body: JsonObject): Prompt["thinking"] {
  const model = claudeModel(plainModel(String(body["model"])));
  const config = isObject(body["thinking"]) ? body["thinking"] : {};
  const type = config["type"] ?? (model.thinksByDefault ? "adaptive" : "disabled");
  if (type === "disabled" || type === "between_tools") return "off";
  return (config["display"] ?? model.display) === "omitted" ? "hidden" : "shown";
}
