import type { WireFormat } from "../../runtime/contract.ts";

/** The vendor-neutral face of one SDK version, so that one table of scenarios runs against all of them. */
export type Sdk = Readonly<{
  /** Package and version, for test titles. */
  name: string;
  wire: WireFormat;
  /** One buffered answer. */
  create(ask: Ask): Promise<Answer>;
  /** A stream read through the SDK's raw iterator and put together here, strictly: an event out of order throws. */
  iterate(ask: Ask): Promise<Answer>;
  /** A stream put together by the SDK's own helper. */
  helper(ask: Ask): Promise<Answer>;
  /** The SDK's own tool loop, until the model calls no more tools. */
  runTools(ask: Ask, run: (name: string, input: unknown) => string, stream: boolean): Promise<Answer>;
  /** The SDK's own structured output, buffered: what it parsed. */
  parse(ask: Ask, schema: Schema): Promise<unknown>;
  /** The SDK's own structured output through its stream helper. */
  parseStream(ask: Ask, schema: Schema): Promise<unknown>;
  /** Starts a stream and aborts it at its first text. */
  abort(ask: Ask): Promise<void>;
  /** Ids of the models. */
  models(): Promise<readonly string[]>;
  /** What the SDK throws, put into neutral words. Throws when the call succeeds. */
  failure(call: Promise<unknown>): Promise<Failure>;
}>;

export type Ask = Readonly<{
  model: string;
  system?: string;
  turns: readonly Turn[];
  tools?: readonly Tool[];
  toolChoice?: "auto" | "required" | "none" | Readonly<{ name: string }>;
  parallelToolCalls?: false;
  stop?: readonly string[];
  maxTokens?: number;
  /** Ask for visible reasoning. */
  thinking?: true;
  schema?: Schema;
  headers?: Readonly<Record<string, string>>;
}>;

export type Turn =
  | Readonly<{ role: "user"; text: string; image?: Image; pdf?: Pdf }>
  /** System or developer text after the conversation began. */
  | Readonly<{ role: "system"; text: string }>
  /** What an SDK returned before, sent back as the SDK returned it. */
  | Readonly<{ role: "assistant"; answer: Answer }>
  | Readonly<{ role: "tools"; results: readonly ToolOutput[] }>;

/** `data` is base64. */
export type Pdf = Readonly<{ name: string; data: string }>;
export type Image = Readonly<{ url: string }> | Readonly<{ mediaType: "image/png"; data: string }>;
export type Tool = Readonly<{ name: string; description: string; parameters: Schema }>;
type ToolOutput = Readonly<{ callId: string; text: string }>;
export type ToolCall = Readonly<{ id: string; name: string; input: unknown }>;
/** The subset of JSON Schema that every vendor's strict mode takes. Mutable, because the SDKs' types are. */
export type Schema = {
  type: "object";
  properties: Record<string, { type: "string" | "integer" | "number" | "boolean" }>;
  required: string[];
  additionalProperties: false;
};

export type Answer = Readonly<{
  id: string;
  model: string;
  text: string;
  thinking: string;
  refusal: string | undefined;
  toolCalls: readonly ToolCall[];
  stop: Stop;
  /** In tokens; `input` holds the cached ones. */
  usage: Readonly<{ input: number; cached: number; output: number; reasoning: number }> | undefined;
  /** The SDK's own message, for the next turn. */
  message: unknown;
}>;

/** `stop`: the model ended, at a stop sequence or not. */
export type Stop = "stop" | "length" | "tools" | "refusal";

export type Failure = Readonly<{
  /** Class name, such as `RateLimitError`. */
  name: string;
  status: number | undefined;
  type: string | undefined;
  message: string;
  requestId: string | undefined;
  /** Header names in lower case. */
  headers: Headers | undefined;
}>;

/** For the tables: every way to get one answer out of an SDK. */
export const ways = ["create", "iterate", "helper"] as const satisfies readonly (keyof Sdk)[];
