import type { WireFormat } from "../../runtime/contract.ts";
import type { JsonObject } from "../../runtime/wire/canonical.ts";
import { arrayOf, objectOf } from "../../runtime/wire/json.ts";

/** A request that cannot be answered as it is, and who says so. */
export type Refusal = Readonly<{
  title: string;
  by: "vendor" | "gateway";
  upstreams: readonly WireFormat[];
  /** The place in the client's body, as its API spells it. */
  names: string;
  /** What the client sends next. */
  retry?: (body: JsonObject) => JsonObject;
}>;

export const refusals: readonly Refusal[] = [
  {
    title: "Claude Code 2.1.329: after a call, adaptive thinking",
    by: "gateway",
    upstreams: ["openai-chat", "openai-responses", "gemini"],
    names: "messages.1.output_config",
    // It gives up the beta, as the field is named.
    retry: (body) => ({
      ...body,
      messages: arrayOf(body["messages"]).map((message) => {
        const { output_config: _, ...rest } = objectOf(message) ?? {};
        return rest;
      }),
    }),
  },
  {
    title: "openai 4.104.0: chat, second round of tools with what its helper added",
    by: "vendor",
    upstreams: ["openai-chat"],
    names: "messages[2].tool_calls[0].function.parsed_arguments",
  },
  {
    title: "@instructor-ai/instructor 1.7.0: JSON with a schema",
    by: "vendor",
    upstreams: ["openai-chat"],
    names: "response_format.schema",
  },
];

/** What a client says at last to an upstream. */
export function settledBody(title: string, body: JsonObject, upstream: WireFormat): JsonObject {
  const refusal = refusals.find((one) => one.title === title && one.upstreams.includes(upstream));
  return refusal?.retry?.(body) ?? body;
}
