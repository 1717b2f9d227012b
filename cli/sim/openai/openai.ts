import type { Vendor } from "../api.ts";
import { authenticate, keyOf } from "./authenticate.ts";
import { chatEndpoint } from "./chat-endpoint.ts";
import { errorFrame, errorReply, errorType } from "./errors.ts";
import { modelEndpoints } from "./model-list.ts";

/** OpenAI's API. */
export const openai: Vendor = {
  name: "openai",
  endpoints: [chatEndpoint, ...modelEndpoints],
  claims: () => false,
  keyOf,
  authenticate,
  errorReply,
  errorFrame,
  errorType,
  retryHeader: true,
};
