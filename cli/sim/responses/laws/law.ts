import type { ChatModel } from "../../openai/models.ts";
import type { Problem } from "../../reply.ts";
import type { ResponsesRequest } from "../request.ts";

/** One rule of the vendor's that no shape can tell: why a well-formed body is turned down, or undefined. */
export type Law = (request: ResponsesRequest, model: ChatModel) => Problem | undefined;
