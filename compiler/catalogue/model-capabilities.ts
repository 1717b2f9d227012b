/** What a model can do at its provider. What is absent is not known, and nothing follows from that. */
export type ModelCapabilities = Readonly<{
  /** Whose model it is, by the family of its tokenizer: `GPT`, `Claude`, `Gemini`, `Qwen3`… */
  family?: string;
  /** What the models that can read each other's thinking share, such as `opus-5-5`; only of Claudes. */
  thinkingFamily?: string;
  /** Whether it answers conversations, and whether it makes embeddings. */
  answers?: boolean;
  embeddings?: boolean;
  /** Tokens of input and output together. */
  contextTokens?: number;
  maxOutputTokens?: number;
  /** Function tools. */
  tools?: boolean;
  images?: boolean;
  /** Structured output of its own: by a schema, and any JSON at all. What the gateway can put in their place does not count. */
  jsonSchema?: boolean;
  jsonObject?: boolean;
  /** Whether it can think before it answers. */
  reasoning?: boolean;
  /** The efforts that it takes, weakest first, in OpenAI's words (`none` is: not at all); empty when it takes none by name. */
  efforts?: readonly string[];
  /** Parameters that it refuses whatever else a request has, in the words of Chat Completions; sorted. */
  rejects?: readonly string[];
  /** Prompts of fewer tokens are never cached. */
  minCacheTokens?: number;
}>;
