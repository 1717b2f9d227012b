import type { FieldPlaces } from "../places.ts";

/** Openai 7.55.0 `CompletionCreateParams`. */
export const fieldPlaces: FieldPlaces = { messages: ["prompt"], stop_sequences: ["stop"] };
