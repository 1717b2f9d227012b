import type Anthropic from "@anthropic-ai/sdk";
import type { CountTokensResponse, ModalityTokenCount, Model } from "@google/genai";
import type Anthropic0 from "anthropic-sdk-0";
import type OpenAI from "openai";
import type { Plain } from "./plain.ts";

/**
 * Where the vendors' APIs, or the clients of a widespread extension, go beyond the types of the vendors' own SDKs. All that
 * a gateway writes and the SDKs do not know is here, with its reason.
 */

/** Chat has no word for reasoning. These are the fields clients read it from: vLLM's and DeepSeek's, and OpenRouter's. */
type Reasoning = { reasoning_content?: string; reasoning?: string; reasoning_details?: object[] };

/** The place for what a model signed a call with: https://ai.google.dev/gemini-api/docs/openai */
type SignedCall = { extra_content?: { google: { thought_signature: string } } };

type Completion = OpenAI.Chat.Completions.ChatCompletion;
type Choice = Completion["choices"][number];
type Message = Choice["message"];
type Call = OpenAI.Chat.Completions.ChatCompletionMessageToolCall;

export type ChatAnswer = Omit<Completion, "choices"> & {
  choices: (Omit<Choice, "message"> & { message: ChatMessage })[];
};
type ChatMessage = Omit<Message, "tool_calls"> & { tool_calls?: (Call & SignedCall)[] } & Reasoning;

type Chunk = OpenAI.Chat.Completions.ChatCompletionChunk;
type ChunkChoice = Chunk["choices"][number];
type Delta = ChunkChoice["delta"];
type CallDelta = NonNullable<Delta["tool_calls"]>[number];

/** Citations of an answer come in streams, too, as they do in whole answers: `ChatCompletionMessage.annotations`. */
type Cited = Pick<Message, "annotations">;

export type ChatEvent = Omit<Chunk, "choices"> & { choices: (Omit<ChunkChoice, "delta"> & { delta: ChatDelta })[] };
type ChatDelta = Omit<Delta, "tool_calls"> & { tool_calls?: (CallDelta & SignedCall)[] } & Reasoning & Cited;

type Response = OpenAI.Responses.Response;
type ResponseEvent = OpenAI.Responses.ResponseStreamEvent;

/**
 * `output_text` is the SDK's own addition. OpenAI answers with `store`, and with null for a `user` and a `usage` there is
 * not: https://platform.openai.com/docs/api-reference/responses. The two penalties are wanted by OpenRouter's SDK.
 */
export type ResponsesAnswer = Omit<Response, "output_text" | "usage" | "user" | "output" | "error"> & {
  error: (Omit<OpenAI.Responses.ResponseError, "code"> & { code: FailureCode }) | null;
  output: OutputItem[];
  usage: Response["usage"] | null;
  user: string | null;
  store: boolean;
  frequency_penalty?: number;
  presence_penalty?: number;
};

/** Codex stops at the first two and waits at the third, which the SDK does not list. */
type FailureCode =
  | OpenAI.Responses.ResponseError["code"]
  | "context_length_exceeded"
  | "insufficient_quota"
  | "server_is_overloaded";

/** Calls of custom tools have a status, like all others; the SDK has it in `ResponseCustomToolCallItem` only. */
type OutputItem = OpenAI.Responses.ResponseOutputItem | CustomCall;
type CustomCall = OpenAI.Responses.ResponseCustomToolCall & Pick<OpenAI.Responses.ResponseCustomToolCallItem, "status">;

/** OpenAI pads deltas unless told otherwise; the SDK's types say so of some events only. */
type Padded = { obfuscation?: string };

export type ResponsesEvent = ResponseEvent extends infer Event
  ? Event extends { response: Response }
    ? Omit<Event, "response"> & { response: ResponsesAnswer }
    : Event extends { item: OpenAI.Responses.ResponseOutputItem }
      ? Omit<Event, "item"> & { item: OutputItem }
      : Event extends { delta: string }
        ? Event & Padded
        : Event
  : never;

/** A comment of Anthropic's streams in the form of an event: https://platform.claude.com/docs/en/build-with-claude/streaming */
export type Ping = { type: "ping" };

/** Sampling is gone from the version of the API that the SDK speaks; the older one, which is spoken here, has it. */
export type MessagesRequest = Anthropic.MessageCreateParams &
  Pick<Anthropic0.MessageCreateParams, "temperature" | "top_p" | "top_k">;

/**
 * Types of errors of https://platform.claude.com/docs/en/api/errors, of which the SDK's bodies have not all. The code of any
 * error is where the SDK looks for those it has types of; the place in the client's body is this gateway's own.
 */
export type MessagesError = Omit<Anthropic.ErrorResponse, "error"> & {
  error: {
    type: Anthropic.ErrorType | "request_too_large";
    message: string;
    details?: { error_code: string; param?: string };
  };
};

type ResponsesParams = OpenAI.Responses.ResponseCreateParams;
type OutputMessage = OpenAI.Responses.ResponseOutputMessage;
type ReasoningItem = OpenAI.Responses.ResponseReasoningItem;
/** What was said and thought elsewhere has no id at OpenAI. It asks for none: Codex sends these items without, as well. */
type HistoryItem = (Omit<OutputMessage, "id" | "status"> & { id?: string }) | Omit<ReasoningItem, "id">;

export type ResponsesRequest = Omit<ResponsesParams, "input"> & {
  input: string | (OpenAI.Responses.ResponseInputItem | HistoryItem)[];
};

/** Clients of OpenRouter read this list, too: its members stand beside OpenAI's (openrouter.ai/docs/models). */
export type ListedModel = OpenAI.Model & Record<string, unknown>;

/** The SDK renames what the API calls `supportedGenerationMethods`, and leaves `baseModelId` out: https://ai.google.dev/api/models */
export type GeminiModel = Plain<Omit<Model, "supportedActions">> & {
  baseModelId: string;
  supportedGenerationMethods: string[];
};

/** https://ai.google.dev/api/tokens */
export type GeminiCount = Plain<
  Pick<CountTokensResponse, "totalTokens"> & { promptTokensDetails?: ModalityTokenCount[] }
>;

/** https://ai.google.dev/api/embeddings */
export type EmbeddingUsage = {
  usageMetadata?: {
    promptTokenCount: number;
    totalTokenCount?: number;
    promptTokenDetails?: Plain<ModalityTokenCount>[];
  };
};
