import type { Vendor } from "../api.ts";
import { authenticate, keyOf } from "./authenticate.ts";
import { countEndpoint } from "./count-endpoint.ts";
import { embedEndpoints } from "./embed-endpoints.ts";
import { errorFrame, errorReply, errorType } from "./errors.ts";
import { generateEndpoints } from "./generate-endpoints.ts";
import { modelEndpoints } from "./model-list.ts";

/** Google's Gemini API. */
export const gemini: Vendor = {
  name: "gemini",
  endpoints: [...generateEndpoints, countEndpoint, ...embedEndpoints, ...modelEndpoints],
  claims: ({ headers, query }) => headers["x-goog-api-key"] !== undefined || query.has("key"),
  keyOf,
  authenticate,
  errorReply,
  errorFrame,
  errorType,
  retryHeader: false,
};
