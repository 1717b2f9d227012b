import { any, array, boolean, object, range, record, type Shape, text, words } from "../check/shape.ts";
import { contentShape } from "./content-shape.ts";

const declaration = object(
  {},
  {
    name: text,
    description: text,
    behavior: text,
    // Both are looked into by laws: the one is a language of its own, the other any JSON Schema.
    parameters: record,
    parametersJsonSchema: any,
    response: record,
    responseJsonSchema: any,
  },
);

/** One of `tools`. What the vendor runs itself has options of its own, which are left alone. */
const tool = object(
  {},
  {
    functionDeclarations: array(declaration),
    googleSearch: record,
    googleSearchRetrieval: record,
    codeExecution: record,
    urlContext: record,
    computerUse: record,
    googleMaps: record,
    fileSearch: record,
    mcpServers: array(record),
  },
);

const callingConfig = object(
  {},
  { mode: words("MODE_UNSPECIFIED", "AUTO", "ANY", "NONE", "VALIDATED"), allowedFunctionNames: array(text) },
);
const toolConfig = object(
  {},
  { functionCallingConfig: callingConfig, retrievalConfig: record, includeServerSideToolInvocations: boolean },
);

const thinkingConfig = object(
  {},
  {
    includeThoughts: boolean,
    thinkingBudget: { kind: "integer" },
    thinkingLevel: words("THINKING_LEVEL_UNSPECIFIED", "MINIMAL", "LOW", "MEDIUM", "HIGH"),
  },
);

const generationConfig = object(
  {},
  {
    audioTranscriptionConfig: record,
    candidateCount: range("integer", 1, 8),
    enableEnhancedCivicAnswers: boolean,
    frequencyPenalty: range("number", -2, 2),
    imageConfig: record,
    logprobs: range("integer", 0, 20),
    maxOutputTokens: range("integer", 1),
    mediaResolution: text,
    presencePenalty: range("number", -2, 2),
    responseFormat: array(record),
    responseJsonSchema: any,
    responseLogprobs: boolean,
    responseMimeType: words("text/plain", "application/json", "text/x.enum"),
    responseModalities: array(words("TEXT", "IMAGE", "AUDIO")),
    responseSchema: record,
    seed: { kind: "integer" },
    speechConfig: record,
    stopSequences: array(text, { max: 5 }),
    temperature: range("number", 0, 2),
    thinkingConfig,
    topK: range("integer", 1),
    topP: range("number", 0, 1),
  },
);

const safetySetting = object(
  {},
  {
    category: text,
    threshold: words(
      "HARM_BLOCK_THRESHOLD_UNSPECIFIED",
      "BLOCK_LOW_AND_ABOVE",
      "BLOCK_MEDIUM_AND_ABOVE",
      "BLOCK_ONLY_HIGH",
      "BLOCK_NONE",
      "OFF",
    ),
  },
);

/** The body of `:generateContent` (Google GenAI SDK 3.1, `GenerateContentParameters` as it goes to the Gemini API). */
export const generateShape: Shape = object(
  {},
  {
    model: text,
    contents: array(contentShape),
    systemInstruction: contentShape,
    tools: array(tool),
    toolConfig,
    safetySettings: array(safetySetting),
    generationConfig,
    cachedContent: text,
    continuationToken: text,
    labels: record,
    serviceTier: words("unspecified", "flex", "standard", "priority"),
    store: boolean,
  },
);

/** The body of `:countTokens`: contents alone, or the whole of a request. */
export const countShape: Shape = object({}, { contents: array(contentShape), generateContentRequest: generateShape });

const embedRequest = object(
  {},
  {
    model: text,
    content: contentShape,
    taskType: words(
      "TASK_TYPE_UNSPECIFIED",
      "RETRIEVAL_QUERY",
      "RETRIEVAL_DOCUMENT",
      "SEMANTIC_SIMILARITY",
      "CLASSIFICATION",
      "CLUSTERING",
      "QUESTION_ANSWERING",
      "FACT_VERIFICATION",
      "CODE_RETRIEVAL_QUERY",
    ),
    title: text,
    outputDimensionality: range("integer", 1),
  },
);

/** The body of `:embedContent`. */
export const embedShape: Shape = embedRequest;

/** The body of `:batchEmbedContents`. */
export const batchEmbedShape: Shape = object({}, { requests: array(embedRequest, { max: 100 }) });
