import { ChatAnthropic } from "@langchain/anthropic";
import { ChatGoogleGenerativeAI } from "@langchain/google-genai";
import { ChatOpenAI } from "@langchain/openai";

const key = "anything";

/** LangChain's own chat models, as its documentation points them at a proxy. */
export const clients = [
  {
    name: "ChatOpenAI",
    connect: (url: string, model: string) =>
      new ChatOpenAI({ model, apiKey: key, maxRetries: 0, configuration: { baseURL: `${url}/v1` } }),
  },
  {
    name: "ChatOpenAI over responses",
    connect: (url: string, model: string) =>
      new ChatOpenAI({
        model,
        apiKey: key,
        maxRetries: 0,
        useResponsesApi: true,
        configuration: { baseURL: `${url}/v1` },
      }),
  },
  {
    name: "ChatAnthropic",
    connect: (url: string, model: string) =>
      new ChatAnthropic({ model, apiKey: key, maxRetries: 0, anthropicApiUrl: url }),
  },
  {
    name: "ChatGoogleGenerativeAI",
    connect: (url: string, model: string) =>
      new ChatGoogleGenerativeAI({ model, apiKey: key, maxRetries: 0, baseUrl: url }),
  },
] as const;
