/**
 * What generated code and the runtime agree on. Change it, and stale generated code stops type-checking.
 * Imports nothing; the compiler may import these types and nothing else of runtime/.
 */

/** A vendor's API shape. Each is one folder under `runtime/wire/`. */
export type WireFormat = "openai-chat" | "anthropic-messages";

/** The client API a request came in on; `when.endpoint` compares with it. */
export type Endpoint = "chat_completions" | "messages";

/** What a rule can ask about a request. Members may be computed on first read, so read only what a rule needs. */
export type RequestFacts = Readonly<{
  endpoint: Endpoint;
  /** The model the client asked for, before any rule. */
  model: string;
  stream: boolean;
  hasTools: boolean;
  hasImage: boolean;
  /** `response_format.type` (Chat) or `output_config.format.type` (Messages); undefined when the request names none. */
  responseFormat: string | undefined;
  /** The client's output limit in tokens; undefined when it set none. */
  maxTokens: number | undefined;
  /** cl100k_base estimate of all input text. Counting stops at `Gateway.tokenCeiling`: what lies above compares the same. */
  inputTokens: number;
  /** A request header by lower-case name. */
  header(name: string): string | undefined;
}>;

/** One upstream model: a key of `Catalog.providers` and the model name that provider is sent. */
export type Target<P extends string = string> = Readonly<{ provider: P; model: string }>;

/** What a matched rule asks for. `targets[0]` is `then.model`, the rest is the fallback chain in order. */
export type Plan<P extends string = string> = Readonly<{
  rule: string;
  targets: readonly [Target<P>, ...Target<P>[]];
  /** `json_schema` (the request's own schema) or a key of `Gateway.validators`. */
  validate: readonly string[];
  hedge?: Readonly<{ afterMs: number; target: Target<P> }>;
}>;

/** Where a secret is read from when the gateway starts. The value itself never enters generated code. */
export type SecretRef =
  | Readonly<{ from: "env"; name: string }>
  /** A literal in the configuration file: `path` is its key path, such as `["providers", "openai", "api_key"]`. */
  | Readonly<{ from: "config"; path: readonly string[] }>;

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

/** How an upstream differs from the vendor whose format it speaks. */
export type Dialect = Readonly<{
  /** The vendor's own host; false for compatible servers, which get the most widely understood subset. */
  vendor: boolean;
  /** Whether `stream_options.include_usage` may be sent (OpenAI format). */
  streamOptions: boolean;
  /** Which field carries the output limit (OpenAI format); `auto` follows the model. */
  maxTokensField: "auto" | "max_tokens" | "max_completion_tokens";
}>;

export type Provider = Readonly<{
  format: WireFormat;
  /** Without a trailing slash and without the API's own `/v1`. */
  baseUrl: string;
  auth: "bearer" | "x-api-key" | "none";
  /** Tried in order; the first that is set and not empty is used. */
  apiKey: readonly SecretRef[];
  timeouts: Timeouts;
  dialect: Dialect;
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
  /** `auto`: open when no key is configured, else `keys`. */
  auth: Readonly<{ mode: "auto" | "open" | "nonempty" | "keys"; keys: readonly SecretRef[] }>;
  limits: Readonly<{ maxBodyBytes: number; maxJsonDepth: number; maxResponseBytes: number }>;
  preflush: Readonly<{ bufferBytes: number; maxMs: number }>;
  health: Readonly<{ probeIntervalMs: number; failOn: "all" | "any" }>;
  shutdown: Readonly<{ drainMs: number }>;
  startup: Readonly<{ allowMissingKeys: boolean }>;
}>;

/** A standalone Ajv validator: true when `value` is valid, else `errors` holds why. */
export type Validator = {
  (value: unknown): boolean;
  errors?: readonly Readonly<{ instancePath: string; message?: string }>[] | null;
};

/** The whole compiled configuration; `dist/gateway/index.ts` hands it to `main`. */
export type Gateway = Readonly<{
  catalog: Catalog;
  /** First match wins, in file order; undefined when no rule matches. */
  route: (facts: RequestFacts) => Plan | undefined;
  /** Which upstream serves a model name; undefined when none does. */
  resolve: (model: string) => Target | undefined;
  /** One more than the largest token count any rule compares with; 0 when no rule asks, and then nothing is counted. */
  tokenCeiling: number;
  /** By the schema file's name as the policy writes it. */
  validators: Readonly<Record<string, Validator>>;
}>;
