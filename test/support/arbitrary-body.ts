import fc from "fast-check";

/** What a client may send by mistake, anywhere. */
const odd = fc.constantFrom(null, true, 0, -7, Number.POSITIVE_INFINITY, "", "odd", [], {}, [null], [[]], ["x", 3], {
  type: "image",
});

type Json = fc.Arbitrary<unknown>;

const mostly = (right: Json): Json =>
  fc.oneof({ weight: 12, arbitrary: right }, { weight: 1, arbitrary: odd.map((value) => structuredClone(value)) });
const list = (item: Json): Json => mostly(fc.array(item, { maxLength: 3 }));
const object = (members: Readonly<Record<string, Json>>): Json => mostly(fc.record(members, { requiredKeys: [] }));
const words = (...choices: readonly string[]): Json => mostly(fc.constantFrom(...choices));

const text = words("", "hello", " word word", "é𝕏", "a");
const flag = mostly(fc.boolean());
const limit = mostly(fc.integer({ min: 0, max: 5000 }));
const schema = object({ type: words("object"), title: text });

/** Texts by themselves, or in parts. */
const said = (part: Json): Json => fc.oneof(text, list(fc.oneof(part, text)));

const chatFunction = object({
  name: text,
  description: text,
  parameters: schema,
  format: schema,
  arguments: text,
  input: text,
});
const chat = object({
  stream: flag,
  max_tokens: limit,
  max_completion_tokens: limit,
  response_format: object({ type: words("text", "json_object", "json_schema") }),
  tools: list(object({ type: words("function"), function: chatFunction, custom: chatFunction })),
  functions: list(chatFunction),
  messages: list(
    object({
      role: words("user", "tool"),
      content: said(object({ type: words("text", "image_url", "refusal"), text, refusal: text })),
      refusal: text,
      tool_calls: list(object({ function: chatFunction, custom: chatFunction })),
      function_call: chatFunction,
    }),
  ),
});

const responsesTool = object({
  type: words("function", "custom", "namespace"),
  name: text,
  description: said(text),
  parameters: schema,
  format: schema,
  tools: list(object({ name: text, description: text, parameters: schema })),
});
const responsesPart = object({
  type: words("input_text", "input_image"),
  text,
  refusal: text,
  stdout: text,
  stderr: text,
});
const responses = object({
  stream: flag,
  max_output_tokens: limit,
  instructions: said(responsesPart),
  text: object({ format: object({ type: words("text", "json_schema"), schema }) }),
  tools: list(responsesTool),
  input: said(
    object({
      type: words("message", "function_call", "shell_call"),
      content: said(responsesPart),
      summary: list(responsesPart),
      output: said(responsesPart),
      name: text,
      arguments: text,
      input: text,
      action: schema,
      operation: schema,
      tools: list(responsesTool),
    }),
  ),
});

const { block } = fc.letrec((tie) => ({
  block: fc.oneof(
    { maxDepth: 3 },
    object({ type: words("text", "thinking", "redacted_thinking", "image"), text, thinking: text }),
    object({
      type: words("tool_result", "document", "search_result", "tool_use", "web_search_tool_result"),
      content: said(tie("block")),
      title: text,
      context: text,
      name: text,
      input: schema,
      source: fc.oneof(text, object({ type: words("text", "content"), data: text, content: said(tie("block")) })),
    }),
  ),
}));
const messages = object({
  stream: flag,
  max_tokens: limit,
  system: said(block),
  output_config: object({ format: object({ type: words("json_schema"), schema }) }),
  output_format: object({ type: words("json_schema") }),
  tools: list(object({ name: text, description: text, input_schema: schema })),
  messages: list(object({ role: words("user"), content: said(block) })),
});

/** The same under both spellings of its names. */
const spelt = (members: Readonly<Record<string, Json>>): Json => {
  const snake = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return object({
    ...members,
    ...Object.fromEntries(Object.entries(members).map(([name, one]) => [snake(name), one])),
  });
};
const media = spelt({ mimeType: words("image/png", "audio/wav"), data: text });
const { part } = fc.letrec((tie) => ({
  part: spelt({
    text,
    thought: flag,
    inlineData: media,
    fileData: media,
    functionCall: object({ name: text, args: schema }),
    functionResponse: fc.oneof(
      { maxDepth: 2 },
      object({ name: text, response: schema }),
      object({ name: text, response: schema, parts: list(tie("part")) }),
    ),
    executableCode: object({ code: text }),
    codeExecutionResult: object({ output: text }),
  }),
}));
const declaration = spelt({ name: text, description: text, parameters: schema, parametersJsonSchema: schema });
const gemini = spelt({
  stream: flag,
  systemInstruction: fc.oneof(text, list(part), object({ parts: list(part) })),
  contents: list(object({ role: words("user"), parts: list(part) })),
  tools: list(spelt({ functionDeclarations: list(declaration), googleSearch: object({}) })),
  generationConfig: spelt({
    maxOutputTokens: limit,
    responseMimeType: words("application/json", "text/plain", "text/x.enum"),
    responseSchema: schema,
    responseJsonSchema: schema,
  }),
});

const completions = object({ stream: flag, max_tokens: limit, prompt: said(text), suffix: said(text) });

/** Bodies of each endpoint's shape, wrong here and there. */
export const arbitraryBody = { chat_completions: chat, responses, messages, generate_content: gemini, completions };
