/**
 * What generated code and the runtime agree on. Change it, and stale generated code stops type-checking.
 * Imports nothing; the compiler may import these types and nothing else of runtime/.
 */

/** A vendor's API shape. Each is one folder under `runtime/wire/`. */
export type WireFormat = "openai-chat" | "openai-responses" | "anthropic-messages" | "gemini";

/** The client API a request came in on; `when.endpoint` compares with it. */
export type Endpoint =
  | "chat_completions"
  | "responses"
  | "messages"
  | "generate_content"
  | "completions"
  | "embeddings";

/** What a rule can ask about a request. Members may be computed on first read, so read only what a rule needs. */
export type RequestFacts = Readonly<{
  endpoint: Endpoint;
  /** The model the client asked for, before any rule. */
  model: string;
  stream: boolean;
  hasTools: boolean;
  hasImage: boolean;
  /** The type of output the request names (`text`, `json_object`, `json_schema`, in each format's own member); undefined when it names none. */
  responseFormat: string | undefined;
  /** The client's output limit in tokens; undefined when it set none. */
  maxTokens: number | undefined;
  /** cl100k_base estimate of all input text, or a number on the same side of all of `Gateway.tokenBounds`. */
  inputTokens: number;
  /** A request header by lower-case name. */
  header(name: string): string | undefined;
}>;

/** One upstream model: a key of `Catalog.providers` and the model name that provider is sent. */
export type Target<P extends string = string> = Readonly<{ provider: P; model: string }>;

/**
 * What a million tokens of each class cost, in nano-USD (a billionth of a US dollar): whole numbers, so that prices with up
 * to nine decimals are exact. No token is of two classes. A class without a rate of its own costs what the next one does.
 */
export type Rates = Readonly<{
  /** Of the prompt, what is neither read from a cache nor written to one. */
  input: number;
  /** Reasoning included. */
  output: number;
  /** As `input` when absent. */
  cacheRead?: number;
  /** As `input` when absent. */
  cacheWrite?: number;
  /** Kept for an hour and more; as `cacheWrite` when absent. */
  cacheWriteLong?: number;
}>;

/** The services that some vendors offer beside the standard one, at prices of their own. */
export type ServiceTier = "batch" | "flex" | "priority";

export type Price = Rates &
  Readonly<{
    /** Nano-USD of each web search; free when absent. */
    webSearch?: number;
    /** Nano-USD of each request, besides its tokens; none when absent. */
    request?: number;
    /** Rates of a whole request whose prompt has more than `above` tokens; ascending, the last that applies counts. */
    tiers?: readonly (Rates & Readonly<{ above: number }>)[];
    /** Percent of the rates that a service costs; what is absent is not known. */
    services?: Readonly<Partial<Record<ServiceTier, number>>>;
    /** Whether the configuration said so, or the price catalogue that came with the compiler. */
    from: "config" | "catalog";
  }>;

/** What lists of models tell of one, for people and for clients that choose; what is absent is not known. */
export type ModelCard = Readonly<{
  name?: string;
  description?: string;
  /** The name that never changes, whatever the model's id. */
  slug?: string;
  /** Seconds since 1970. */
  created?: number;
  /** Tokens of input and output together. */
  contextTokens?: number;
  maxOutputTokens?: number;
  /** `text`, `image`, `file`, `audio`, `video`. */
  inputModalities?: readonly string[];
  /** `text`, `image`, `audio`, `video`, `speech`, `transcription`, `embeddings`: OpenRouter's words. */
  outputModalities?: readonly string[];
  /** The family of its tokenizer, such as `GPT` or `Claude`. */
  tokenizer?: string;
  /** The template of its conversations, such as `llama3` or `chatml`. */
  instructType?: string;
  /** Request parameters it understands, in the words of Chat Completions and OpenRouter. */
  parameters?: readonly string[];
  /** Their values when a request has none. */
  defaultParameters?: Readonly<Record<string, number>>;
  /** Of one request. */
  requestLimits?: Readonly<{ promptTokens?: number; completionTokens?: number }>;
  /** Whether the provider refuses prompts by its rules of content. */
  moderated?: boolean;
  /** The day from which it is no longer served, `YYYY-MM-DD`. */
  expires?: string;
}>;

/** One way to serve a model, and what is known about it; what is absent is not known. */
export type Offer<P extends string = string> = Target<P> &
  Readonly<{
    /** Smaller is tried earlier; 0 when absent. */
    priority?: number;
    /** Larger is tried earlier within a priority; 1 when absent. */
    weight?: number;
    price?: Price;
    /** Tokens of input and output together. */
    contextTokens?: number;
    /** Whether requests with thinking prefer it. */
    thinking?: boolean;
    /** Request parameters it understands. */
    supports?: readonly string[];
    quantization?: string;
    /** What the configuration says of it for lists; nothing is routed by it. */
    card?: ModelCard;
  }>;

/** A model name and all that serves it, best first as far as the configuration alone can tell. */
export type Route<P extends string = string> = Readonly<{
  model: string;
  offers: readonly [Offer<P>, ...Offer<P>[]];
}>;

/** What sends a request on to the next model of its chain. */
export type FallbackCause = "validation" | "error";

/** What a matched rule asks for. `routes[0]` is `then.model`, the rest is the fallback chain in order. */
export type Plan<P extends string = string> = Readonly<{
  rule: string;
  routes: readonly [Route<P>, ...Route<P>[]];
  /** `json_schema` (the request's own schema) or a key of `Gateway.validators`. */
  validate: readonly string[];
  /** `["validation"]` when absent. */
  fallbackOn?: readonly FallbackCause[];
  hedge?: Readonly<{ afterMs: number; route: Route<P> }>;
}>;

/** Where a secret is read from when the gateway starts. The value itself never enters generated code. */
export type SecretRef =
  | Readonly<{ from: "env"; name: string }>
  /** A literal in the configuration file: `path` is its key path as the file has it, such as `["providers", "openai", "api_key"]`. */
  | Readonly<{ from: "config"; path: readonly string[] }>;

/** A key that clients present. A random one is made when the process starts, unless the variable `name` holds one. */
export type ClientKeyRef = SecretRef | Readonly<{ from: "random"; name: string }>;

/** The file that requests to providers and their answers are written to. */
export type LogSettings = Readonly<{
  /** None unless given. */
  file?: string;
  /** 0: no limit. */
  maxBytes: number;
  /** How many of the files before it stay. */
  keep: number;
  /** Ids of clients' keys whose bodies are written; `*`: all of them. */
  bodiesOf: readonly string[];
  noBodiesOf: readonly string[];
}>;

/** How requests are traced with OpenTelemetry; the variables of its specification win. */
export type Telemetry = Readonly<{
  serviceName: string;
  /** A collector's address; without one, here or in the environment, nothing is traced. */
  endpoint?: string;
  protocol: "auto" | "http" | "grpc";
  /** Of every export, by lower-case name. */
  headers: Readonly<Record<string, SecretRef>>;
  /** 0 to 1: of the traces that no client began. */
  sampleRatio: number;
  /** What providers are told: nothing, `traceparent`, or the client's `tracestate` besides. */
  propagate: "none" | "traceparent" | "tracestate";
  /** Whether metrics are sent, too. */
  metrics: boolean;
}>;

/** All in milliseconds; 0 switches one off. */
export type Timeouts = Readonly<{
  /** TCP connect to an upstream that has not answered lately. */
  connectMs: number;
  /** Of a stream: from sending the request to the first bytes of the answer. A whole answer has only `totalMs`. */
  firstByteMs: number;
  /** Between two reads of a response body. */
  idleMs: number;
  /** The whole attempt. */
  totalMs: number;
}>;

/** What an upstream cannot be asked for. */
export type Lack =
  | "tools"
  | "custom-tools"
  | "forced-tool"
  | "parallel-tools"
  | "images"
  | "documents"
  | "audio"
  | "json-schema"
  | "json-object"
  | "stop"
  | "sampling"
  /** The legacy completions API, beside Chat Completions. */
  | "completions";

/** How an upstream differs from the vendor whose format it speaks; what is absent is as the vendor has it. */
export type Dialect = Readonly<{
  /** The vendor's own host; false for compatible servers, which get the most widely understood subset. */
  vendor: boolean;
  /** Whether `stream_options.include_usage` may be sent (Chat Completions). */
  streamOptions: boolean;
  /** Which field carries the output limit (Chat Completions); `auto` follows the model. */
  maxTokensField: "auto" | "max_tokens" | "max_completion_tokens";
  /** The role of leading instructions (OpenAI formats); `auto` follows the model. */
  systemRole?: "auto" | "system" | "developer";
  /**
   * How reasoning effort is asked for (Chat Completions): `reasoning_effort` by name, `reasoning` as `{effort}`, `thinking`
   * as `{type: enabled | disabled}`, `enable_thinking` as a flag; `auto` follows the model, `none` never asks.
   */
  effortField?: "auto" | "reasoning_effort" | "reasoning" | "thinking" | "enable_thinking" | "none";
  /** The member in which an assistant message takes its reasoning back (Chat Completions); absent when it takes none. */
  reasoningField?: "reasoning_content" | "reasoning" | "reasoning_details";
  /** Whether it refuses assistant messages without that member; what clients leave out of them is put back. */
  reasoningRequired?: boolean;
  /** Whether `<think>…</think>` at the head of the text is reasoning. */
  thinkTags?: boolean;
  /** Whether `input_tokens` counts cached input as well (Messages API). */
  inclusiveUsage?: boolean;
  lacks?: readonly Lack[];
}>;

/** One key of a provider. Limits that are absent do not exist. */
export type KeyRef = Readonly<{
  /** Names the key in health, traces and logs; unique within its provider. */
  id: string;
  /** Tried in order; the first that is set and not empty is used. */
  secret: readonly SecretRef[];
  /** Its share under `weighted`; 1 when absent. */
  weight?: number;
  requestsPerMinute?: number;
  tokensPerMinute?: number;
  dailyBudgetUsd?: number;
  monthlyBudgetUsd?: number;
  /** Whose account the provider bills; `platform` when absent. */
  billing?: "platform" | "byok";
}>;

/** How the keys of a provider share its traffic. */
export type PoolStrategy = "round_robin" | "fallback" | "weighted" | "random" | "least_used";

/** When a request is sent to the same upstream model again. */
export type RetryPolicy = Readonly<{
  /** Attempts at one offer in all; 1 never retries. */
  maxAttempts: number;
  initialBackoffMs: number;
  maxBackoffMs: number;
  multiplier: number;
  /** Upstream statuses that are worth another try. */
  statuses: readonly number[];
  /** `auto`: once every other candidate was tried; `always`: before the next one is. */
  sameProvider: "auto" | "always" | "never";
}>;

/** When an upstream model is left alone for a while. */
export type BreakerPolicy = Readonly<{
  enabled: boolean;
  /** Failures in a row that open it. */
  failureThreshold: number;
  /** Share of failures, 0 to 1, that opens it once `minRequests` were made within `windowMs`. */
  errorRate: number;
  minRequests: number;
  windowMs: number;
  /** Until one probe is let through. */
  cooldownMs: number;
}>;

/** How a request shows whose it is. */
export type Auth =
  | "bearer"
  | "x-api-key"
  | "x-goog-api-key"
  | "none"
  /** `template` with the key in place of `{key}`. */
  | Readonly<{ kind: "header"; name: string; template: string }>
  /** A bearer token that `tokenUrl` gives for the client's id and its secret, which is the provider's key (RFC 6749 section 4.4). */
  | Readonly<{ kind: "client-credentials"; tokenUrl: string; clientId: SecretText; scope?: string; audience?: string }>;

/** Plain text, or where text that may be secret is read from. */
export type SecretText = string | SecretRef;

/** One API of a provider. */
export type Surface = Readonly<{
  format: WireFormat;
  /** Without a trailing slash and without the API's own `/v1`. */
  baseUrl: string;
  /** Instead of the format's own path; `{model}` stands for the model's name. May have a query. */
  path?: string;
  auth: Auth;
  /** Further headers of every request, by lower-case name. */
  headers?: Readonly<Record<string, SecretText>>;
  /** The only values of a client's `anthropic-beta` that are sent on; absent: all are. */
  betas?: readonly string[];
  /** What clients never see of its answers: the model's thinking, and stream events of these types. */
  hides?: Readonly<{ thinking: boolean; events: readonly string[] }>;
  dialect: Dialect;
}>;

/** A provider is one account, reached over its main surface or, where `also` has a better one for a request, over that. */
export type Provider = Surface &
  Readonly<{
    /** What people call it, in health and logs; its id when absent. */
    label?: string;
    also?: readonly Surface[];
    keys: readonly KeyRef[];
    pool: PoolStrategy;
    /** Whether a key that is refused or rate-limited rests for a while. */
    quarantine: boolean;
    timeouts: Timeouts;
    retry: RetryPolicy;
    breaker: BreakerPolicy;
    /** Requests at one time; 0 is no limit. */
    maxInFlight: number;
    /** Whether it keeps nothing of what it is sent (zero data retention). */
    zdr: boolean;
    /** Whether it may keep or learn from what it is sent. */
    collectsData: boolean;
  }>;

/** How the offers of one model are ordered, beyond their priority. */
export type Strategy = "weight_tps" | "priority" | "price" | "latency" | "throughput" | "round_robin";

/** What may come in at all; 0 switches a limit off. */
export type AdmissionLimits = Readonly<{
  /** Model requests served at one time. */
  maxInFlight: number;
  /** How many more may wait for a place. */
  queueSize: number;
  queueMs: number;
  /** Whether the limit follows the latency, below `maxInFlight`. */
  adaptive: boolean;
  /** Resident memory of the process beyond which requests are refused. */
  maxRssBytes: number;
  /** Delay of the event loop beyond which requests are refused. */
  maxLoopDelayMs: number;
}>;

/** When a failed attempt goes on to the next candidate, and what the client gets when none is left. */
export type Failover = Readonly<{
  /** Besides network failures and timeouts, which always do. */
  statuses: readonly number[];
  /** Every other 4xx, too. */
  include4xx: boolean;
  exhausted: "last_error" | "bad_gateway";
  /** Attempts of one request in all. */
  maxAttempts: number;
  /** No attempt begins later than this after the request came in; 0 is no limit. */
  deadlineMs: number;
  /** A provider's 401 reaches the client as it is, not as a 502: the key is the client's own business. */
  relay401: boolean;
}>;

/** How requests and answers go from one format to another. */
export type Translation = Readonly<{
  /** Whether what a target cannot express is left out with a warning, or refused. */
  onLoss: "warn" | "reject";
  /** Whether the prompts of clients that say nothing about caching are cached where that has to be asked for. */
  autoCache: boolean;
  /** Whether files named by URL are fetched for upstreams that cannot. */
  downloads: boolean;
  downloadMaxBytes: number;
  downloadTimeoutMs: number;
  /** Whether such a file may lie inside a private network. */
  downloadPrivate: boolean;
}>;

/** Everything static the runtime needs to know. */
export type Catalog = Readonly<{
  /** The configuration file, relative to the folder of the generated code; read at start only when a secret is a literal in it. */
  configFile: string;
  /** `host:port` each. */
  listen: readonly [string, ...string[]];
  providers: Readonly<Record<string, Provider>>;
  /** Model ids named by the configuration and the policies, sorted; listed by GET /v1/models. */
  models: readonly string[];
  /** What the price catalogue knows of what serves them, by `<provider>/<model>`; absent when that is nothing. */
  cards?: Readonly<Record<string, ModelCard>>;
  /** `auto`: open when no key is configured, else `keys`. */
  auth: Readonly<{ mode: "auto" | "open" | "nonempty" | "keys"; keys: readonly ClientKeyRef[] }>;
  limits: Readonly<{ maxBodyBytes: number; maxJsonDepth: number; maxResponseBytes: number }> & AdmissionLimits;
  routing: Readonly<{ strategy: Strategy; minTps: number; slow: "demote" | "exclude" }>;
  failover: Failover;
  /** Retries of one provider: at most `percent` of its first attempts, and `minPerSecond` besides. */
  retryBudget: Readonly<{ percent: number; minPerSecond: number }>;
  translation: Translation;
  /** Where traces are kept: a file, `:memory:` or `off`; 0 days or 0 traces: no limit. */
  store: Readonly<{ path: string; retentionDays: number; maxTraces: number }>;
  log: LogSettings;
  telemetry: Telemetry;
  /** Measures speed in the background; costs money. */
  benchmark: Readonly<{ enabled: boolean; intervalMs: number }>;
  /** Without a key the admin endpoints are off. */
  admin: Readonly<{ key: readonly SecretRef[] }>;
  /** Which model name the reply carries: the one that answered, or the one the client asked for. */
  replyModel: "served" | "requested";
  /** For a model name nobody serves. */
  unknownModelStatus: 400 | 404 | 502;
  /** Keywords in model names and the provider each leads to. */
  tiers: Readonly<Record<string, Readonly<{ provider: string }>>>;
  preflush: Readonly<{ bufferBytes: number; maxMs: number }>;
  health: Readonly<{ probeIntervalMs: number; failOn: "all" | "any" }>;
  shutdown: Readonly<{ drainMs: number }>;
  startup: Readonly<{ allowMissingKeys: boolean; allowPrivilegedPort: boolean }>;
}>;

/** A standalone Ajv validator: true when `value` is valid, else `errors` holds why. */
export type Validator = {
  (value: unknown): boolean;
  errors?: readonly Readonly<{ instancePath: string; message?: string }>[] | null;
};

/** JSON as generated code and transforms see it. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [member: string]: JsonValue };
export type JsonMembers = Readonly<Record<string, JsonValue>>;

/** What can be done to a request's body on its way to an upstream. A body to which nothing applies keeps its bytes. */
export type BodyEdits = Readonly<{
  /** Removes what a JSON pointer (RFC 6901) names; `*` is every element. */
  strip(pointer: string): void;
  /** Removes a member at any depth of instructions, messages and tools; not inside arguments and schemas, which are the user's own. */
  stripEverywhere(member: string): void;
  /** Sets a member of the top level. */
  set(member: string, value: JsonValue): void;
  /** Sets a member of the top level that is not there. */
  fallback(member: string, value: JsonValue): void;
  /** Renames a member of the top level; where both are there, the new one stays as it is. */
  rename(member: string, to: string): void;
  /** Past thinking: `strip` removes it and asks for none, `stub` leaves an empty block in its place. */
  thinking(treatment: "strip" | "stub"): void;
}>;

/** What an upstream is called for: an answer to a conversation, or something beside that. */
export type CallKind = "answer" | "count_tokens" | "embeddings" | "compact";

/** What a transform is told of the request that it changes. */
export type TransformInfo = Readonly<{
  provider: string;
  model: string;
  format: WireFormat;
  stream: boolean;
  call: CallKind;
}>;

/** Code of the user's own for one provider: a file named by `transform` that exports one or more of these. */
export type Transform = Readonly<{
  /** The body that is sent, from the body that would have been. */
  request?: ((body: JsonMembers, info: TransformInfo) => JsonMembers) | undefined;
  /** The headers that are sent, names in lower case, from those that would have been. */
  headers?:
    | ((headers: Readonly<Record<string, string>>, info: TransformInfo) => Readonly<Record<string, string>>)
    | undefined;
  /** One event of a streamed answer, from the one that came; undefined leaves it out. */
  event?: ((event: JsonMembers, info: TransformInfo) => JsonMembers | undefined) | undefined;
}>;

/** What generated code does to the requests of one provider. */
export type Adaptation = Readonly<{
  /** By the format of the API that gets the request. */
  body?: Readonly<Partial<Record<WireFormat, (body: BodyEdits) => void>>>;
  transform?: Transform;
}>;

/** By provider; those that need none are absent. */
export type Adaptations = Readonly<Record<string, Adaptation>>;

/** Rising whole numbers: only whether a count has reached each of them matters. `all`: the count itself does. */
export type TokenBounds = readonly number[] | "all";

/** Counts tokens; 1.1 MB that a gateway takes along only when its rules ask for tokens. */
export type Tokenizer = Readonly<{
  /** Must have finished before anything is counted; takes about 50 ms the first time. */
  load(): Promise<void>;
  /** A range that holds the number of tokens in all texts together, and no bound above its least. Counts no more than that takes. */
  count(texts: readonly string[], bounds: TokenBounds): Readonly<{ least: number; most: number }>;
}>;

/** The whole compiled configuration; `dist/gateway/index.ts` hands it to `main`. */
export type Gateway = Readonly<{
  catalog: Catalog;
  /** First match wins, in file order; undefined when no rule matches. */
  route: (facts: RequestFacts) => Plan | undefined;
  /** What serves a model name; undefined when nothing does. */
  resolve: (model: string) => Route | undefined;
  /** What tells rules apart by input tokens; empty when no rule asks, and then nothing is counted. */
  tokenBounds: TokenBounds;
  /** Absent when no rule asks for tokens: estimates for which no upstream is there are then made from bytes. */
  tokenizer?: Tokenizer | undefined;
  /** By the schema file's name as the policy writes it. */
  validators: Readonly<Record<string, Validator>>;
  /** Absent when no provider needs one. */
  adaptations?: Adaptations;
  /** The catalogue's price of a provider's model at a time since 1970; absent when it lists none of the providers. */
  priceOf?: (provider: string, model: string, epochMs: number) => Price | undefined;
}>;
