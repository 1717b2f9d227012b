import type { Vendor } from "../api.ts";
import { authenticate, keyOf } from "./authenticate.ts";
import { batchEndpoints } from "./batch-endpoints.ts";
import { countEndpoint } from "./count-endpoint.ts";
import { errorFrame, errorReply, errorType } from "./errors.ts";
import { messagesEndpoint } from "./messages-endpoint.ts";
import { modelEndpoints } from "./model-list.ts";

/** Anthropic's API. */
export const anthropic: Vendor = {
  name: "anthropic",
  endpoints: [messagesEndpoint, countEndpoint, ...batchEndpoints, ...modelEndpoints],
  claims: ({ headers }) => headers["anthropic-version"] !== undefined,
  keyOf,
  authenticate,
  errorReply,
  errorFrame,
  errorType,
  retryHeader: true,
};
