import type { WireFormat } from "../contract.ts";

/**
 * The neutral form every translation goes through. Internal: no vendor's shape, no version, no third-party users.
 * Same-format traffic never enters it; its bytes are forwarded.
 */

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };

/**
 * Something a target cannot express. `code` and `field` go into `x-arouter-warnings` as `code:field`;
 * `field` is a path in what the client (or upstream) sent, such as `messages[2].content[0]`.
 */
export type Loss = Readonly<{ code: string; field: string }>;

/** A request that cannot be translated without changing its meaning: answered with 400 before any upstream call. */
export type Rejection = Readonly<{ kind: "rejection"; code: string; message: string; param: string | null }>;

/** State only `from` can read (a thinking signature, encrypted reasoning). Carried, never inspected. */
export type Opaque = Readonly<{
  from: WireFormat;
  data: string;
  /** The upstream's name of the model that made it, where only that model (or its family) can read it. */
  model?: string | undefined;
  /** What it signs, where it travels in reasoning for want of a better place: the next call, or the text before it. */
  signs?: "call" | "text" | undefined;
}>;

/** Where media bytes are. A `url` is http(s); base64 never holds white space; `file` is a vendor's file id. */
export type MediaSource =
  | Readonly<{ kind: "url"; url: string }>
  | Readonly<{ kind: "base64"; mediaType: string; data: string }>
  | Readonly<{ kind: "text"; mediaType: string; text: string }>
  | Readonly<{ kind: "file"; from: WireFormat; id: string }>;

/** A prompt-cache breakpoint after this block; `ttl` is the neutral short (5 to 30 minutes) or long (an hour and more) life. */
export type CacheMark = Readonly<{ ttl: "short" | "long" }>;

/** A web source of a text span. Offsets are Unicode code points in the joined text of the answer. */
export type Citation = Readonly<{ url: string; title: string; start: number; end: number }>;

export type Block =
  | Readonly<{
      kind: "text";
      text: string;
      cache?: CacheMark | undefined;
      citations?: readonly Citation[] | undefined;
      /** Gemini signs visible text, too. */
      signature?: Opaque | undefined;
    }>
  | Readonly<{ kind: "image"; source: MediaSource; detail?: string | undefined; cache?: CacheMark | undefined }>
  | Readonly<{ kind: "document"; source: MediaSource; title?: string | undefined; cache?: CacheMark | undefined }>
  /** `format` is the file type, such as `wav` or `mp3`; `data` is base64. */
  | Readonly<{ kind: "audio"; data: string; format: string }>
  | Readonly<{ kind: "video"; source: MediaSource }>
  | WebSearch
  | Readonly<{ kind: "thinking"; text: string; signature?: Opaque | undefined }>
  | Readonly<{ kind: "redacted-thinking"; data: Opaque }>
  | ToolCall
  | ToolResult
  | Readonly<{ kind: "refusal"; text: string }>
  /** A block only `from` understands, verbatim. Replayed to the same format, elsewhere a loss. */
  | Readonly<{ kind: "opaque"; from: WireFormat; type: string; json: Json }>;

/**
 * `argumentsText` stays the string it came as, so that it round-trips byte-identical (prompt caches and thinking
 * blocks bind to it). For `custom` tools it is raw text, for `function` tools JSON text, possibly empty or broken.
 */
export type ToolCall = Readonly<{
  kind: "tool-call";
  /** Gemini signs calls. */
  signature?: Opaque | undefined;
  id: string;
  name: string;
  tool: "function" | "custom";
  argumentsText: string;
  cache?: CacheMark | undefined;
}>;

export type ToolResult = Readonly<{
  kind: "tool-result";
  callId: string;
  blocks: readonly Block[];
  isError: boolean;
  cache?: CacheMark | undefined;
}>;

/** A finished search of a vendor's own web-search tool; its results are part of what the model read, not of what it said. */
export type WebSearch = Readonly<{
  kind: "web-search";
  id: string;
  query: string;
  sources: readonly Readonly<{ url: string; title: string }>[];
  failed: boolean;
}>;

/** Tool results are blocks of a user turn. `system` turns are system or developer text after the conversation began. */
export type Turn = Readonly<{ role: "user" | "assistant" | "system"; blocks: readonly Block[] }>;

export type Tool =
  | Readonly<{
      kind: "function";
      name: string;
      description?: string | undefined;
      /** A JSON Schema; undefined when the client sent none. */
      schema: JsonObject | undefined;
      strict?: boolean | undefined;
      cache?: CacheMark | undefined;
    }>
  /** `grammar` is `{syntax, definition}`; undefined for free text. */
  | Readonly<{ kind: "custom"; name: string; description?: string | undefined; grammar?: Json | undefined }>
  | Readonly<{
      kind: "web-search";
      name: string;
      allowedDomains?: readonly string[] | undefined;
      blockedDomains?: readonly string[] | undefined;
      /** Members `city`, `region`, `country`, `timezone`, as Anthropic's and OpenAI's `approximate` locations have them. */
      userLocation?: JsonObject | undefined;
      contextSize?: "low" | "medium" | "high" | undefined;
      maxUses?: number | undefined;
    }>
  /** Any other tool a vendor runs or defines itself (bash, code execution, …); `type` is the vendor's word, `json` the whole definition. */
  | Readonly<{ kind: "hosted"; from: WireFormat; type: string; name: string; json: JsonObject }>;

export type ToolChoice =
  | Readonly<{ kind: "auto" | "none" | "required" }>
  | Readonly<{ kind: "named"; name: string }>
  | Readonly<{ kind: "allowed"; mode: "auto" | "required"; names: readonly string[] }>;

export type OutputFormat =
  | Readonly<{ kind: "text" | "json-object" }>
  | Readonly<{
      kind: "json-schema";
      name: string;
      description?: string | undefined;
      schema: JsonObject;
      strict: boolean | undefined;
    }>;

/** OpenAI's words are the currency of reasoning effort; `none` means as little as the model allows. */
export type Effort = "none" | "minimal" | "low" | "medium" | "high" | "xhigh" | "max";

export type Reasoning = Readonly<{
  effort?: Effort | undefined;
  /** The Messages API's `thinking.type`; undefined when the client spoke of effort only, or not at all. */
  mode?: "disabled" | "enabled" | "adaptive" | "between_tools" | undefined;
  budgetTokens?: number | undefined;
  /** Whether the client asked to see reasoning text; undefined where it left that open. */
  visible?: boolean | undefined;
}>;

export type Sampling = Readonly<{
  temperature?: number | undefined;
  topP?: number | undefined;
  topK?: number | undefined;
  frequencyPenalty?: number | undefined;
  presencePenalty?: number | undefined;
  seed?: number | undefined;
  logitBias?: JsonObject | undefined;
  logprobs?: boolean | undefined;
  topLogprobs?: number | undefined;
}>;

export type Request = Readonly<{
  model: string;
  /** Leading system and developer text. */
  system: readonly Block[];
  turns: readonly Turn[];
  tools: readonly Tool[];
  toolChoice?: ToolChoice | undefined;
  /** false forbids parallel tool calls; undefined leaves the vendor's default. */
  parallelToolCalls?: boolean | undefined;
  maxTokens?: number | undefined;
  /** The client only wants the prompt in the vendor's cache: nothing is to be generated, whatever `maxTokens` says. */
  prewarm?: boolean | undefined;
  /** Whether `maxTokens` counts reasoning too (`max_completion_tokens`, Anthropic `max_tokens`) or visible output only (Chat's old `max_tokens`). */
  maxTokensCountsReasoning: boolean;
  stop: readonly string[];
  format?: OutputFormat | undefined;
  verbosity?: "low" | "medium" | "high" | undefined;
  sampling: Sampling;
  reasoning: Reasoning;
  /** Opaque end-user id for abuse tracking. */
  userId?: string | undefined;
  serviceTier?: "auto" | "default" | "flex" | "priority" | "scale" | undefined;
  promptCacheKey?: string | undefined;
  /**
   * Whether the client alone says what is cached (`explicit`, also where it marks nothing), or the prompt is to be cached as
   * far as it goes unless there are marks (`automatic`, the gateway's `auto_cache`).
   */
  caching?: "explicit" | "automatic" | undefined;
  stream: boolean;
}>;

/** Why an answer ended. `stop-sequence` carries the sequence that matched. */
export type Stop = Readonly<{
  reason:
    | "end"
    | "stop-sequence"
    | "length"
    | "context-full"
    | "tool-calls"
    | "refusal"
    | "filtered"
    | "pause"
    | "compaction"
    | "error";
  sequence?: string | undefined;
  /** What the model or filter said about a refusal, when it said anything. */
  explanation?: string | undefined;
  /**
   * Of a `pause`: the answer so far in the upstream's own form. Sent back to it, it makes the model go on
   * (`Codec.continueRequest`). Absent where that cannot be.
   */
  resume?: readonly Json[] | undefined;
}>;

/** In tokens. Prompt total = uncached + cacheRead + cacheWrite. `reasoning` is part of `output`. */
export type Usage = Readonly<{
  uncachedInput: number;
  cacheRead: number;
  cacheWrite: number;
  output: number;
  reasoning: number;
  /** False when the source API cannot report cache writes, so that an encoder does not invent a zero. */
  cacheWriteKnown: boolean;
  /** The part of `cacheWrite` that is kept for an hour and more, where the source tells. */
  cacheWriteLong?: number | undefined;
  webSearches?: number | undefined;
  /** The service that answered, where the source tells and it is not the standard one. */
  serviceTier?: "priority" | "flex" | "batch" | undefined;
  /** What the source itself says it takes for the answer, in nano-USD. */
  reportedNanos?: number | undefined;
}>;

export type Response = Readonly<{
  /** The upstream's id; clients get one of ours. */
  id: string;
  model: string;
  blocks: readonly Block[];
  stop: Stop;
  /** Undefined when the upstream reported none. */
  usage: Usage | undefined;
  serviceTier?: "standard" | "priority" | "flex" | "batch" | undefined;
}>;

/**
 * Canonical stream. Order: `start`, then content, then `usage`/`stop` in any order, then `end`.
 * A `tool-open` key is followed by its `tool-arguments` and exactly one `tool-close`; keys may interleave.
 * `error` ends a stream; nothing follows it.
 */
export type StreamEvent =
  | Readonly<{ kind: "start"; id: string; model: string }>
  | Readonly<{ kind: "text"; text: string }>
  /** Of the text block that is open, or of an empty one. */
  | Readonly<{ kind: "text-signature"; signature: Opaque }>
  | Readonly<{ kind: "thinking"; text: string }>
  | Readonly<{ kind: "thinking-signature"; signature: Opaque }>
  | Readonly<{ kind: "redacted-thinking"; data: Opaque }>
  | Readonly<{ kind: "refusal"; text: string }>
  | Readonly<{ kind: "citation"; citation: Citation }>
  | Readonly<{ kind: "web-search"; search: WebSearch }>
  | Readonly<{
      kind: "tool-open";
      key: number;
      id: string;
      name: string;
      tool: "function" | "custom";
      signature?: Opaque | undefined;
    }>
  | Readonly<{ kind: "tool-arguments"; key: number; text: string }>
  | Readonly<{ kind: "tool-close"; key: number }>
  /** The upstream ended a block: the next text or thinking is a new one. */
  | Readonly<{ kind: "block-break" }>
  /** Cumulative: each one replaces the last. */
  | Readonly<{ kind: "usage"; usage: Usage }>
  | Readonly<{ kind: "stop"; stop: Stop }>
  | Readonly<{ kind: "ping" }>
  | Readonly<{ kind: "error"; error: WireError }>
  /**
   * The upstream's own terminator was seen; without it a stream is truncated. `early`: the answer is whole before its
   * upstream is, which has nothing more to say that anybody wants.
   */
  | Readonly<{ kind: "end"; early?: true }>;

/** Vendor-neutral error classes; each codec maps them to its own status, type and code. */
export type ErrorClass =
  | "invalid-request"
  | "context-too-long"
  | "client-auth"
  | "upstream-auth"
  | "billing"
  | "permission"
  | "not-found"
  | "conflict"
  | "too-large"
  | "unsupported-media"
  | "rate-limited"
  | "overloaded"
  | "server-error"
  | "bad-upstream-answer"
  | "upstream-unreachable"
  | "timeout"
  | "unimplemented"
  | "content-policy"
  | "provider-unavailable"
  | "internal";

export type WireError = Readonly<{
  class: ErrorClass;
  /** Status to answer with; a codec may change it where its vendor has another one for the class (529 and 503). */
  status: number;
  /** For people. Vendor text is kept, as clients match on phrases in it. */
  message: string;
  /** A machine word such as `context_length_exceeded` or `arouter_no_route`. */
  code?: string | undefined;
  /** Path of the offending field in the client's own body. */
  param?: string | undefined;
  retryAfterMs?: number | undefined;
}>;
