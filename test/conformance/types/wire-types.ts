import type Anthropic from "@anthropic-ai/sdk";
import type {
  Content,
  ContentEmbedding,
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
  EmbeddingUsage,
  GeminiCount,
  GeminiModel,
  ListedModel,
  MessagesError,
  MessagesRequest,
  Ping,
  ResponsesAnswer,
  ResponsesEvent,
  ResponsesRequest,
} from "./beside-the-sdks.ts";
import type { Plain } from "./plain.ts";

/** What the vendors' own SDKs say their APIs take and give: what a gateway writes has to be of these types. */
export type VendorTypes = WireTypes & { side: SideTypes };

type WireTypes = Complete<{
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
    request: MessagesRequest;
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

type Kind = "request" | "answer" | "event" | "error";

type Complete<T extends Record<WireFormat, Record<Kind, unknown>>> = T;

/** What the APIs answer beside conversations. */
type SideTypes = {
  "openai models": { object: "list"; data: ListedModel[] };
  "openai model": ListedModel;
  "openai embeddings": OpenAI.CreateEmbeddingResponse;
  "openai completion": OpenAI.Completion;
  "openai count": OpenAI.Responses.InputTokenCountResponse;
  "anthropic models": AnthropicPage<Anthropic.ModelInfo>;
  "anthropic model": Anthropic.ModelInfo;
  "anthropic count": Anthropic.MessageTokensCount;
  "gemini models": { models: GeminiModel[]; nextPageToken?: string };
  "gemini model": GeminiModel;
  "gemini count": GeminiCount;
  "gemini embedding": { embedding: ContentEmbedding } & EmbeddingUsage;
  "gemini embeddings": { embeddings: ContentEmbedding[] } & EmbeddingUsage;
};

type AnthropicPage<T> = { data: T[]; has_more: boolean; first_id: string | null; last_id: string | null };

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
