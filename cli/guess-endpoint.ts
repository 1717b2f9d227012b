import type { Endpoint } from "../runtime/contract.ts";
import type { JsonObject } from "../runtime/wire/canonical.ts";
import { arrayOf, isObject } from "../runtime/wire/json.ts";

/** Members that only a body for the Messages API has (Anthropic SDK 1.11 types). */
const messagesMembers = ["system", "stop_sequences", "thinking", "output_config", "top_k", "mcp_servers", "container"];

/** Content blocks and tools are spelled differently too. */
const messagesBlocks = ["image", "document", "tool_use", "tool_result", "thinking", "redacted_thinking"];

/** Which API a body is written for; what both would take counts as Chat Completions. */
export function guessEndpoint(body: JsonObject): Endpoint {
  if (Object.hasOwn(body, "contents")) return "generate_content";
  if (Object.hasOwn(body, "prompt") && !Object.hasOwn(body, "messages")) return "completions";
  if (Object.hasOwn(body, "input") && !Object.hasOwn(body, "messages")) return "responses";
  const hasMember = messagesMembers.some((name) => Object.hasOwn(body, name));
  const hasTool = arrayOf(body["tools"]).some((tool) => isObject(tool) && Object.hasOwn(tool, "input_schema"));
  const blocks = arrayOf(body["messages"]).flatMap((message) => (isObject(message) ? arrayOf(message["content"]) : []));
  const hasBlock = blocks.some((block) => isObject(block) && messagesBlocks.some((type) => type === block["type"]));
  return hasMember || hasTool || hasBlock ? "messages" : "chat_completions";
}
