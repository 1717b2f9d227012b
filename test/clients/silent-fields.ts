import type { WireFormat } from "../../runtime/contract.ts";

type Fields = Readonly<Record<string, string>>;

const dialect = "names the dialect of a schema, which the vendor does not ask for";
const inUrl = "the URL of the Gemini API says it";
const emptySchema = "the Gemini API takes no schema of no parameters";
const cacheHint = "a hint of what to cache; the other vendors find out by themselves";
const schemaName = "a name for a schema, which only OpenAI asks for";
const strict = "the others are always strict with an answer's schema, and never with a tool's";

/** Fields that may be left out without a word, as they say nothing to a model; patterns of paths, with the reason. */
export const silentFields: Readonly<Record<WireFormat, Fields>> = {
  "openai-chat": {
    "messages/#/annotations": "what the vendor says of an answer, not what was said",
    "messages/#/name": "of a tool's result: its call has the name",
    "messages/#/parsed": "what the SDK made of an answer",
    "messages/#/tool_calls/#/function/parsed_arguments/**": "what the SDK made of the arguments",
    "messages/#/tool_calls/#/type": "the member beside it is named like it",
    "response_format/json_schema/name": schemaName,
    "response_format/json_schema/strict": strict,
    "response_format/json_schema/schema/$schema": dialect,
    stream: inUrl,
    "stream_options/include_usage": "what the client's own stream is like",
    "tool_choice/type": "the member beside it is named like it",
  },
  "openai-responses": {
    "client_metadata/**": "what the client says of itself",
    "include{,/**}": "what the client's own answer is like",
    "input/#/id": "ids of items mean something at their vendor only",
    "input/#/internal_chat_message_metadata_passthrough/**": "what the client says of itself",
    "input/#/role": "of declared tools: who declared them",
    "input/#/status": "what a client sends back is complete",
    "**/parameters/additionalProperties": emptySchema,
    "**/parameters/properties": emptySchema,
    parallel_tool_calls: "of a request without tools",
    prompt_cache_key: cacheHint,
    "reasoning/context": "whose reasoning is kept; the others keep what they are sent",
    "reasoning/summary": "Chat Completions has no word for showing reasoning",
    store: "kept by the gateway, not by the vendor",
    stream: inUrl,
    text: "says nothing when it is empty",
    "text/format/name": schemaName,
    "text/format/strict": strict,
    "text/format/schema/$schema": dialect,
    tools: "says nothing when it is empty",
    "tools/#/strict": strict,
  },
  "anthropic-messages": {
    "**/cache_control/**": cacheHint,
    "metadata/user_id": "whose request it is; the Gemini API has no word for it",
    "output_config/format/schema/$schema": dialect,
    stream: inUrl,
    "thinking/block_binding/**": "how the vendor checks its own signatures",
    "thinking/display": "the others show what they show",
    "tools/#/defer_loading": "all tools are sent in full",
    "tools/#/eager_input_streaming": "how the vendor cuts its stream",
    "tools/#/input_schema/$schema": emptySchema,
    "tools/#/input_schema/additionalProperties": emptySchema,
    "tools/#/input_schema/properties": emptySchema,
  },
  gemini: {
    "contents/#/parts/#/functionResponse/id": "the name alone finds the call",
    "contents/#/parts/#/functionResponse/name": "the id alone finds the call",
    "generationConfig/thinkingConfig/includeThoughts": "Chat Completions has no word for showing reasoning",
    "safetySettings{,/**}": "settings of Google's own filters",
    "systemInstruction/role": "there is but one",
  },
};
