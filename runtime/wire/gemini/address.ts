/** What the URL of a Gemini call says. `model` is percent-decoded, and may hold slashes. */
export type GeminiAddress = Readonly<{ model: string; method: string }>;

/**
 * `/v1beta/models/{model}:{method}`, as `@google/genai` 3.1 builds it; `/v1` is what it calls by default. The AI SDK and
 * LangChain leave `models/` out before a name with a slash.
 */
const shape = /^\/(?:v1beta|v1)\/(?:models\/)?(.+):([a-zA-Z]+)$/;

/** Undefined for a path that calls no method of a model. A name that is not percent-encoded UTF-8 stays as it is written. */
export function parseGeminiPath(path: string): GeminiAddress | undefined {
  const [, model, method] = shape.exec(path) ?? [];
  return model === undefined || method === undefined ? undefined : { model: decoded(model), method };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
