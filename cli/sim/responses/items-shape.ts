import {
  any,
  array,
  boolean,
  either,
  nullable,
  object,
  record,
  type Shape,
  string,
  tagged,
  text,
  words,
} from "../check/shape.ts";

const breakpoint = { prompt_cache_breakpoint: object({ mode: words("explicit") }, { ttl: words("30m", "12h") }) };
const detail = words("auto", "low", "high", "original");
const status = nullable(words("in_progress", "completed", "incomplete"));

const inputText = object({ type: words("input_text"), text }, breakpoint);
const inputImage = object(
  { type: words("input_image") },
  { detail, file_id: nullable(text), image_url: nullable(text), ...breakpoint },
);
const inputFile = object(
  { type: words("input_file") },
  { detail, file_data: text, file_id: nullable(text), file_url: text, filename: text, ...breakpoint },
);
const inputPart = tagged("type", { input_text: inputText, input_image: inputImage, input_file: inputFile });
const inputContent = either(text, array(inputPart, { min: 1 }));

const outputPart = tagged("type", {
  output_text: object({ type: words("output_text"), text }, { annotations: array(record), logprobs: array(record) }),
  refusal: object({ type: words("refusal"), refusal: text }),
});

/** What Codex's own provider says of each item; the SDK has no type for it. */
const passed = { internal_chat_message_metadata_passthrough: record };
const messageFields = {
  ...passed,
  type: words("message"),
  id: text,
  status,
  phase: nullable(words("commentary", "final_answer")),
};
const spoken = (role: string) => object({ role: words(role), content: inputContent }, messageFields);

/** The roles in the order the vendor lists them. */
const message = tagged("role", {
  assistant: object({ role: words("assistant"), content: either(text, array(outputPart, { min: 1 })) }, messageFields),
  system: spoken("system"),
  developer: spoken("developer"),
  user: spoken("user"),
});

const callId = string({ min: 1, max: 64 });
const toolName = string({ min: 1, max: 64, pattern: /^[a-zA-Z0-9_-]+$/ });
const callFields = { ...passed, id: text, status, namespace: toolName, caller: nullable(record), async: boolean };
const outputFields = { ...passed, id: nullable(text), status, caller: nullable(record) };
const summary = array(object({ type: words("summary_text"), text }));

/** Items of tools whose calls the vendor or the client's shell runs; they come back as they went out. */
const otherItems: Readonly<Record<string, Shape>> = Object.fromEntries(
  [
    "file_search_call",
    "computer_call",
    "computer_call_output",
    "tool_search_call",
    "tool_search_output",
    "additional_tools",
    "configuration_update",
    "image_generation_call",
    "code_interpreter_call",
    "local_shell_call",
    "local_shell_call_output",
    "shell_call",
    "shell_call_output",
    "apply_patch_call",
    "apply_patch_call_output",
    "mcp_list_tools",
    "mcp_approval_request",
    "mcp_approval_response",
    "mcp_call",
    "compaction_trigger",
    "program",
    "program_output",
  ].map((type) => [type, record]),
);

/** One item of `input` (OpenAI SDK 7.55, `ResponseInputItem`). */
export const itemShape: Shape = tagged(
  "type",
  {
    message,
    function_call: object({ type: text, call_id: callId, name: toolName, arguments: text }, callFields),
    function_call_output: object({ type: text, call_id: callId, output: inputContent }, outputFields),
    custom_tool_call: object({ type: text, call_id: callId, name: toolName, input: text }, callFields),
    custom_tool_call_output: object({ type: text, call_id: callId, output: inputContent }, outputFields),
    reasoning: object(
      { type: text, summary },
      // The text of hidden reasoning never comes back: the field is there for models that show it, and stays empty.
      { id: string({ min: 1 }), encrypted_content: nullable(text), content: nullable(array(any, { max: 0 })), status },
    ),
    web_search_call: object({ type: text, id: text, status: text }, { action: record }),
    item_reference: object({ id: text }, { type: nullable(text) }),
    compaction: object({ type: text, encrypted_content: text }, { id: nullable(text) }),
    ...otherItems,
  },
  "message",
);
