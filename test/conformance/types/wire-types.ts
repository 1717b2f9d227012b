import type Anthropic from "@anthropic-ai/sdk";
import type {
  Content,
  GenerateContentResponse,
  GenerationConfig,
  SafetySetting,
  Tool,
  ToolConfig,
} from "@google/genai";
import type OpenAI from "openai";
import type { WireFormat } from "../../../runtime/contract.ts";
import type {
  ChatAnswer,
  ChatEvent,
  MessagesError,
  Ping,
  ResponsesAnswer,
  ResponsesEvent,
  ResponsesRequest,
} from "./beside-the-sdks.ts";

/** What the vendors' own SDKs say their APIs take and give, by format: what a gateway writes has to be of these types. */
export type WireTypes = Complete<{
  "openai-chat": {
    request: OpenAI.Chat.Completions.ChatCompletionCreateParams;
    answer: ChatAnswer;
    event: ChatEvent;
    error: { error: OpenAI.ErrorObject };
  };
  "openai-responses": {
    request: ResponsesRequest;
    answer: ResponsesAnswer;
    event: ResponsesEvent;
    error: { error: OpenAI.ErrorObject };
  };
  "anthropic-messages": {
    request: Anthropic.MessageCreateParams;
    answer: Anthropic.Message;
    event: Anthropic.RawMessageStreamEvent | Ping;
    error: MessagesError;
  };
  gemini: {
    request: GeminiRequest;
    answer: GeminiAnswer;
    event: GeminiAnswer;
    error: { error: GoogleStatus };
  };
}>;

export type Kind = "request" | "answer" | "event" | "error";
type Complete<T extends Record<WireFormat, Record<Kind, unknown>>> = T;

type GeminiRequest = Plain<{
  contents: Content[];
  systemInstruction?: Content;
  tools?: Tool[];
  toolConfig?: ToolConfig;
  safetySettings?: SafetySetting[];
  generationConfig?: GenerationConfig;
}>;
/** Without what the SDK itself works out of it. */
type GeminiAnswer = Plain<
  Pick<
    GenerateContentResponse,
    "candidates" | "promptFeedback" | "usageMetadata" | "modelVersion" | "responseId" | "createTime" | "modelStatus"
  >
>;

/** Google has no type for it in its SDK: https://cloud.google.com/apis/design/errors */
type GoogleStatus = {
  code: number;
  message: string;
  status: string;
  details?: ({ "@type": string } & Record<string, unknown>)[];
};

/** A type as JSON has it: the words of an enum as text. */
type Plain<T> = T extends string ? `${T}` : T extends object ? { [Key in keyof T]: Plain<T[Key]> } : T;
