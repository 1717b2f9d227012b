import type { WireFormat } from "../../runtime/contract.ts";
import type { TestGateway } from "../support/gateway.ts";
import { anthropicSdk, anthropicSdk0 } from "./anthropic-sdk.ts";
import { googleGenaiSdk } from "./google-genai-sdk.ts";
import { openaiResponsesSdk } from "./openai-responses-sdk.ts";
import { openaiSdk } from "./openai-sdk.ts";
import type { Sdk } from "./sdk.ts";

export type Column = Readonly<{ name: Sdk["name"]; wire: WireFormat; connect(gateway: TestGateway): Sdk }>;

/** The official client of each API. */
export const columns: readonly Column[] = [
  { name: "openai 7.55.0", wire: "openai-chat", connect: ({ url }) => openaiSdk(`${url}/v1`) },
  {
    name: "openai 7.55.0 responses",
    wire: "openai-responses",
    connect: ({ url }) => openaiResponsesSdk(`${url}/v1`),
  },
  { name: "anthropic 1.11.0", wire: "anthropic-messages", connect: ({ url }) => anthropicSdk(url) },
  { name: "google-genai 3.1.0", wire: "gemini", connect: ({ url }) => googleGenaiSdk(url) },
];

/** The last major of Anthropic's that speaks the older version of its API. */
export const olderColumn: Column = {
  name: "anthropic 0.137.0",
  wire: "anthropic-messages",
  connect: ({ url }) => anthropicSdk0(url),
};
