import type { Vendor } from "../api.ts";
import { responsesEndpoint } from "../responses/responses-endpoint.ts";
import { compactEndpoint, inputTokensEndpoint } from "../responses/side-endpoints.ts";
import { storedEndpoints } from "../responses/stored-endpoints.ts";
import { authenticate, keyOf } from "./authenticate.ts";
import { chatEndpoint } from "./chat-endpoint.ts";
import { errorFrame, errorReply, errorType } from "./errors.ts";
import { modelEndpoints } from "./model-list.ts";

/** OpenAI's API. */
export const openai: Vendor = {
  name: "openai",
  endpoints: [
    chatEndpoint,
    responsesEndpoint,
    inputTokensEndpoint,
    compactEndpoint,
    ...storedEndpoints,
    ...modelEndpoints,
  ],
  claims: () => false,
  keyOf,
  authenticate,
  errorReply,
  errorFrame,
  errorType,
  retryHeader: true,
};
