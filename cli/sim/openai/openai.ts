import type { Vendor } from "../api.ts";
import { responsesEndpoint } from "../responses/responses-endpoint.ts";
import { compactEndpoint, inputTokensEndpoint } from "../responses/side-endpoints.ts";
import { storedEndpoints } from "../responses/stored-endpoints.ts";
import { authenticate, keyOf } from "./authenticate.ts";
import { chatEndpoint } from "./chat-endpoint.ts";
import { completionsEndpoint } from "./completions/completions-endpoint.ts";
import { embeddingsEndpoint } from "./embeddings/embeddings-endpoint.ts";
import { errorFrame, errorReply, errorType } from "./errors.ts";
import { batchEndpoints } from "./files/batch-endpoints.ts";
import { fileEndpoints } from "./files/file-endpoints.ts";
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
    embeddingsEndpoint,
    completionsEndpoint,
    ...fileEndpoints,
    ...batchEndpoints([chatEndpoint, responsesEndpoint, embeddingsEndpoint, completionsEndpoint]),
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
