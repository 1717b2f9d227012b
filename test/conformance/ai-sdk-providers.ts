import { createAnthropic } from "@ai-sdk/anthropic";
import { createGoogleGenerativeAI } from "@ai-sdk/google";
import { createOpenAI } from "@ai-sdk/openai";
import type { LanguageModel } from "ai";

/** It warns once a request about what it does not know; what becomes of that is what the tests are about. */
globalThis.AI_SDK_LOG_WARNINGS = false;

/** The AI SDK's own providers, as its documentation sets them up. */
export const providers: readonly Readonly<{ name: string; model(url: string, id: string): LanguageModel }>[] = [
  {
    name: "@ai-sdk/openai responses",
    model: (url, id) => createOpenAI({ baseURL: `${url}/v1`, apiKey: "anything" })(id),
  },
  {
    name: "@ai-sdk/openai chat",
    model: (url, id) => createOpenAI({ baseURL: `${url}/v1`, apiKey: "anything" }).chat(id),
  },
  {
    name: "@ai-sdk/anthropic",
    model: (url, id) => createAnthropic({ baseURL: `${url}/v1`, apiKey: "anything" })(id),
  },
  {
    name: "@ai-sdk/google",
    model: (url, id) => createGoogleGenerativeAI({ baseURL: `${url}/v1beta`, apiKey: "anything" })(id),
  },
];
