/**
 * The facts of a request body once more, written as plainly as can be and from the vendors' documentation of where things
 * stand, to compare the gateway's own with. Texts come in any order: rules only count their tokens.
 */
type PlainFacts = Readonly<{
  stream: boolean;
  hasTools: boolean;
  hasImage: boolean;
  responseFormat: string | undefined;
  maxTokens: number | undefined;
  texts: readonly string[];
}>;

type Members = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const objects = (values: readonly unknown[]): readonly Members[] => values.filter(isObject);
const strings = (values: readonly unknown[]) =>
  values.filter((one) => typeof one === "string" && one !== "") as string[];
const jsonOf = (values: readonly unknown[]) => objects(values).map((one) => JSON.stringify(one));
const number = (values: readonly unknown[]) => values.find(Number.isFinite) as number | undefined;
const string = (value: unknown) => (typeof value === "string" ? value : undefined);

/** What stands at a path: `*` is every element of a list, `a|b` the first of these members that is not null. */
function at(value: unknown, path: string): readonly unknown[] {
  return path.split(".").reduce<readonly unknown[]>(
    (values, step) =>
      values.flatMap((one) => {
        if (step === "*") return list(one);
        const name = isObject(one) && step.split("|").find((each) => (one[each] ?? null) !== null);
        return isObject(one) && typeof name === "string" ? [one[name]] : [];
      }),
    [value],
  );
}

const all = (body: unknown, ...paths: readonly string[]) => paths.flatMap((path) => at(body, path));

function chat(body: Members): PlainFacts {
  const calls = ["tool_calls.*.function", "tool_calls.*.custom", "function_call"];
  const tools = ["tools.*.function|custom", "functions.*"];
  return {
    stream: body["stream"] === true,
    hasTools: all(body, "tools.*", "functions.*").length > 0,
    hasImage: all(body, "messages.*.content.*.type").includes("image_url"),
    responseFormat: string(at(body, "response_format.type")[0]),
    maxTokens: number(all(body, "max_completion_tokens", "max_tokens")),
    texts: [
      ...strings(all(body, "messages.*.content", "messages.*.content.*", "messages.*.content.*.text")),
      ...strings(all(body, "messages.*.content.*.refusal", "messages.*.refusal")),
      ...strings(
        calls.flatMap((call) =>
          ["name", "arguments", "input"].flatMap((part) => at(body, `messages.*.${call}.${part}`)),
        ),
      ),
      ...strings(tools.flatMap((tool) => all(body, `${tool}.name`, `${tool}.description`))),
      ...jsonOf(tools.flatMap((tool) => at(body, `${tool}.parameters|format`))),
    ],
  };
}

const spoken = "text refusal summary content name arguments input output stdout stderr".split(" ");

function responses(body: Members): PlainFacts {
  const found: unknown[] = [];
  const left: unknown[] = [body["instructions"], body["input"]];
  const tools = [...list(body["tools"])];
  while (left.length > 0 || tools.length > 0) {
    const value = left.pop();
    if (!isObject(value)) found.push(value);
    for (const item of list(value)) {
      if (!isObject(item)) left.push(item);
      else {
        left.push(...spoken.map((member) => item[member]));
        found.push(...jsonOf([item["action"], item["operation"]]));
        tools.push(...list(item["tools"]));
      }
    }
    const tool = tools.pop();
    left.push(...all(tool, "name", "description"));
    found.push(...jsonOf(at(tool, "parameters|format")));
    tools.push(...at(tool, "tools.*"));
  }
  return {
    stream: body["stream"] === true,
    hasTools: all(body, "tools.*", "input.*.tools.*").length > 0,
    hasImage: all(body, "input.*.content.*.type", "input.*.output.*.type").includes("input_image"),
    responseFormat: string(at(body, "text.format.type")[0]),
    maxTokens: number(at(body, "max_output_tokens")),
    texts: strings(found),
  };
}

function messages(body: Members): PlainFacts {
  const contents = at(body, "messages.*.content");
  const format = objects(all(body, "output_config.format", "output_format"))[0];
  return {
    stream: body["stream"] === true,
    hasTools: objects(at(body, "tools.*")).length > 0,
    hasImage: blocksIn(contents, ["content", "source.content"]).some(({ type }) => type === "image"),
    responseFormat: string(format?.["type"]),
    maxTokens: number(at(body, "max_tokens")),
    texts: [
      ...messageTexts([body["system"], ...contents]),
      ...strings(all(body, "tools.*.name", "tools.*.description")),
      ...jsonOf(at(body, "tools.*.input_schema")),
    ],
  };
}

/** All blocks of these contents, and of what stands in them at these paths. */
function blocksIn(contents: readonly unknown[], inner: readonly string[]): readonly Members[] {
  const blocks = objects(contents.flatMap(list));
  const deeper = blocks.flatMap((block) => all(block, ...inner));
  return blocks.length === 0 ? [] : [...blocks, ...blocksIn(deeper, inner)];
}

const ownTexts: Readonly<Record<string, readonly string[]>> = {
  text: ["text"],
  tool_use: ["name"],
  document: ["title", "context"],
  search_result: ["title", "source"],
};
const closed = ["text", "tool_use", "thinking", "redacted_thinking"];

function messageTexts(contents: readonly unknown[]): readonly string[] {
  const blocks = objects(contents.flatMap(list));
  if (contents.length === 0) return [];
  const deeper = blocks.flatMap((block) => {
    if (block["type"] !== "document") return closed.includes(String(block["type"])) ? [] : at(block, "content");
    return at(block, "source.type")[0] === "text" ? [] : at(block, "source.content");
  });
  const documents = blocks.filter((block) => block["type"] === "document" && at(block, "source.type")[0] === "text");
  return [
    ...strings(contents),
    ...strings(blocks.flatMap((block) => (ownTexts[String(block["type"])] ?? []).map((member) => block[member]))),
    ...blocks.filter(({ type }) => type === "tool_use").map(({ input }) => JSON.stringify(input ?? {})),
    ...strings(documents.flatMap((block) => at(block, "source.data"))),
    ...messageTexts(deeper),
  ];
}

/** Both spellings of each member's name. */
function spelled(path: string): string {
  const snake = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return path
    .split(".")
    .map((step) =>
      step
        .split("|")
        .flatMap((name) => (snake(name) === name ? [name] : [name, snake(name)]))
        .join("|"),
    )
    .join(".");
}

const either = (body: unknown, ...paths: readonly string[]) => all(body, ...paths.map(spelled));

const formatNames: Readonly<Record<string, string>> = { "application/json": "json_object", "text/plain": "text" };

function gemini(body: Members): PlainFacts {
  const parts = objects(either(body, "contents.*.parts.*"));
  const [instruction] = either(body, "systemInstruction");
  const system = [...list(instruction), ...at(instruction, "parts.*")];
  const heard = objects([...parts, ...system]).filter(({ thought }) => thought !== true);
  const [mediaType] = either(body, "generationConfig.responseMimeType");
  const hasSchema = either(body, "generationConfig.responseJsonSchema", "generationConfig.responseSchema").length > 0;
  const calls = heard.flatMap((part) => objects(either(part, "functionCall")));
  const answers = heard.flatMap((part) => objects(either(part, "functionResponse")));
  const tools = objects(either(body, "tools.*"));
  const declared = tools.flatMap((tool) => all(tool, "functionDeclarations.*", "function_declarations.*"));
  return {
    stream: body["stream"] === true,
    hasTools: tools.some((tool) => Object.values(tool).some((value) => !Array.isArray(value) || value.length > 0)),
    hasImage: holdsPicture(parts),
    responseFormat: hasSchema ? "json_schema" : (formatNames[String(mediaType)] ?? string(mediaType)),
    maxTokens: number(either(body, "generationConfig.maxOutputTokens")),
    texts: [
      ...strings([instruction]),
      ...strings(heard.flatMap((part) => either(part, "text", "executableCode.code", "codeExecutionResult.output"))),
      ...strings([...calls, ...answers].flatMap((one) => at(one, "name"))),
      ...calls.map((call) => JSON.stringify(call["args"] ?? {})),
      ...jsonOf(answers.flatMap((one) => at(one, "response"))),
      ...strings(declared.flatMap((one) => all(one, "name", "description"))),
      ...jsonOf(declared.flatMap((one) => at(one, spelled("parametersJsonSchema|parameters")))),
    ],
  };
}

function holdsPicture(parts: readonly Members[]): boolean {
  if (parts.length === 0) return false;
  const types = parts.flatMap((part) => either(part, "inlineData.mimeType", "fileData.mimeType"));
  const inner = parts.flatMap((part) => objects(either(part, "functionResponse.parts.*")));
  return strings(types).some((type) => type.startsWith("image/")) || holdsPicture(inner);
}

function completions(body: Members): PlainFacts {
  return {
    stream: body["stream"] === true,
    hasTools: false,
    hasImage: false,
    responseFormat: undefined,
    maxTokens: number(at(body, "max_tokens")),
    texts: strings(all(body, "prompt", "prompt.*", "suffix", "suffix.*")),
  };
}

export const plainFacts = { chat_completions: chat, responses, messages, generate_content: gemini, completions };
