import type { Vendor } from "../api.ts";
import { authenticate, keyOf } from "./authenticate.ts";
import { errorFrame, errorReply, errorType } from "./errors.ts";

/** Google's Gemini API. */
export const gemini: Vendor = {
  name: "gemini",
  endpoints: [],
  claims: ({ headers, query }) => headers["x-goog-api-key"] !== undefined || query.has("key"),
  keyOf,
  authenticate,
  errorReply,
  errorFrame,
  errorType,
  retryHeader: false,
};
