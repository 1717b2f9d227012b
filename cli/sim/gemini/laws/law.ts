import type { JsonObject } from "../../json.ts";
import type { Problem } from "../../reply.ts";
import type { GeminiModel } from "../models.ts";

/** One rule of the vendor's that no shape can tell: why a well-formed body is turned down, or undefined. */
export type Law = (body: JsonObject, model: GeminiModel, name: string) => Problem | undefined;
