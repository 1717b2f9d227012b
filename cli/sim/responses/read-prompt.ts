import { canonicalJson, hash } from "../hash.ts";
import { isArray, isObject, type Json, type JsonObject } from "../json.ts";
import { toolsOf } from "../openai/messages-of.ts";
import { chatModel } from "../openai/models.ts";
import { inputUsage } from "../openai/read-prompt.ts";
import { type Prompt, type PromptTool, textOf } from "../prompt.ts";
import type { PromptCache } from "../prompt-cache.ts";
import { plainModel } from "../script/directive.ts";
import { itemType, type ResponsesRequest } from "./request.ts";

/** The parts of a Responses request that decide the answer. The body has passed the checks. */
export function readPrompt({ body, items, earlier }: ResponsesRequest, cache: PromptCache, scope: string): Prompt {
  const all = [...earlier, ...items];
  const { stream, stream_options: _, ...rest } = body;
  const instructions = body["instructions"] ?? null;
  return {
    model: String(body["model"]),
    stream: stream === true,
    lastUserText: textOf(all.findLast((item) => item["role"] === "user")?.["content"]),
    toolResults: toolResults(all),
    tools: toolsOf(body).flatMap(promptTools),
    toolChoice: toolChoice(body["tool_choice"]),
    parallelTools: body["parallel_tool_calls"] !== false,
    webSearch: body["tool_choice"] !== "none" && toolsOf(body).some((tool) => /^web_search/.test(String(tool["type"]))),
    schema: schema(body["text"]),
    maxTokens: typeof body["max_output_tokens"] === "number" ? body["max_output_tokens"] : undefined,
    stopSequences: [],
    thinking: thinking(body),
    usage: inputUsage(body, pieces(instructions, all), cache, scope),
    seed: hash(canonicalJson({ ...rest, earlier })),
    prefix: hash(canonicalJson(all)),
  };
}

/** What the prompt cache reads, in order. */
function pieces(instructions: Json, items: readonly JsonObject[]): readonly JsonObject[] {
  const head = instructions === null ? [] : [{ role: "system", content: instructions }];
  return [...head, ...items];
}

function toolResults(items: readonly JsonObject[]): readonly string[] {
  const last = items.findLastIndex((item) => !/call_output$/.test(itemType(item)));
  return items.slice(last + 1).map((item) => textOf(item["output"]));
}

function promptTools(tool: JsonObject): readonly PromptTool[] {
  const { type, name, parameters } = tool;
  if (type === "namespace") return toolsOf(tool).flatMap(promptTools);
  if (type === "custom") return [{ name: String(name), kind: "free-text", schema: {} }];
  return type === "function"
    ? [{ name: String(name), kind: "json", schema: isObject(parameters) ? parameters : {} }]
    : [];
}

function toolChoice(choice: Json | undefined): Prompt["toolChoice"] {
  if (choice === "none") return { kind: "none" };
  if (choice === "required") return { kind: "any" };
  if (!isObject(choice)) return { kind: "auto" };
  if (choice["type"] === "allowed_tools") return { kind: choice["mode"] === "required" ? "any" : "auto" };
  return typeof choice["name"] === "string" ? { kind: "tool", name: choice["name"] } : { kind: "auto" };
}

function schema(text: Json | undefined): JsonObject | undefined {
  const format = isObject(text) ? text["format"] : undefined;
  if (!isObject(format) || format["type"] === "text") return undefined;
  return isObject(format["schema"]) ? format["schema"] : {};
}

/** Thinking is always hidden; a summary of it is shown to who asks. */
function thinking(body: JsonObject): Prompt["thinking"] {
  const model = chatModel(plainModel(String(body["model"])));
  const asked = isObject(body["reasoning"]) ? body["reasoning"] : {};
  if (!model.reasoning || (asked["effort"] ?? model.defaultEffort) === "none") return "off";
  return (asked["summary"] ?? asked["generate_summary"] ?? null) === null ? "hidden" : "shown";
}

/** Whether the answer is to hold what `include` may name. */
export function includes(body: JsonObject, what: string): boolean {
  return isArray(body["include"]) && body["include"].includes(what);
}
