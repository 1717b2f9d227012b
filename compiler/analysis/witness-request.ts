import type { Endpoint } from "../../runtime/contract.ts";
import type { Witness } from "./witness.ts";

/** A request as a client would send it; `path` stands below the gateway's URL. */
export type WitnessRequest = Readonly<{
  path: string;
  headers: Readonly<Record<string, string>>;
  body: Readonly<Record<string, unknown>>;
}>;

/** A concrete request with exactly the facts of a witness: sent to a gateway, it goes where the witness says. */
export function witnessRequest(witness: Witness): WitnessRequest {
  const { endpoint, headers } = witness;
  return { path: pathOf(witness), headers, body: bodies[endpoint](witness) };
}

function pathOf({ endpoint, model, stream }: Witness): string {
  if (endpoint !== "generate_content") return paths[endpoint];
  return `/v1beta/models/${encodeURIComponent(model)}:${stream ? "streamGenerateContent" : "generateContent"}`;
}

const paths = {
  chat_completions: "/v1/chat/completions",
  responses: "/v1/responses",
  messages: "/v1/messages",
  completions: "/v1/completions",
  embeddings: "/v1/embeddings",
} as const satisfies Record<Exclude<Endpoint, "generate_content">, string>;

/** The name of a tool is one token of the count; a request of no tokens has a tool without a name. */
const toolName = "f";

/** Text of so many tokens of cl100k_base, in which `a` and ` a` are one each. */
function prompt({ inputTokens, hasTools }: Witness): string {
  const tokens = inputTokens - (hasTools && inputTokens > 0 ? 1 : 0);
  return tokens <= 0 ? "" : `a${" a".repeat(tokens - 1)}`;
}

function tool({ inputTokens }: Witness): Readonly<{ name?: string }> {
  return inputTokens === 0 ? {} : { name: toolName };
}

/** One transparent pixel. */
const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
const pixelUrl = `data:image/png;base64,${pixel}`;

/** A schema that every object follows. */
const schema = { type: "object" };

const bodies = {
  chat_completions: (witness) => ({
    model: witness.model,
    messages: [
      {
        role: "user",
        content: witness.hasImage
          ? [
              { type: "text", text: prompt(witness) },
              { type: "image_url", image_url: { url: pixelUrl } },
            ]
          : prompt(witness),
      },
    ],
    ...(witness.stream && { stream: true }),
    ...(witness.hasTools && { tools: [{ type: "function", function: tool(witness) }] }),
    ...(witness.maxTokens !== undefined && { max_tokens: witness.maxTokens }),
    ...(witness.responseFormat !== undefined && {
      response_format: {
        type: witness.responseFormat,
        ...(witness.responseFormat === "json_schema" && { json_schema: { name: "answer", schema } }),
      },
    }),
  }),
  responses: (witness) => ({
    model: witness.model,
    input: witness.hasImage
      ? [
          {
            role: "user",
            content: [
              { type: "input_text", text: prompt(witness) },
              { type: "input_image", image_url: pixelUrl },
            ],
          },
        ]
      : prompt(witness),
    ...(witness.stream && { stream: true }),
    ...(witness.hasTools && { tools: [{ type: "function", ...tool(witness) }] }),
    ...(witness.maxTokens !== undefined && { max_output_tokens: witness.maxTokens }),
    ...(witness.responseFormat !== undefined && {
      text: {
        format: {
          type: witness.responseFormat,
          ...(witness.responseFormat === "json_schema" && { name: "answer", schema }),
        },
      },
    }),
  }),
  messages: (witness) => ({
    model: witness.model,
    messages: [
      {
        role: "user",
        content: [
          { type: "text", text: prompt(witness) },
          ...(witness.hasImage
            ? [{ type: "image", source: { type: "base64", media_type: "image/png", data: pixel } }]
            : []),
        ],
      },
    ],
    ...(witness.stream && { stream: true }),
    ...(witness.hasTools && { tools: [tool(witness)] }),
    ...(witness.maxTokens !== undefined && { max_tokens: witness.maxTokens }),
    ...(witness.responseFormat !== undefined && {
      output_config: {
        format: { type: witness.responseFormat, ...(witness.responseFormat === "json_schema" && { schema }) },
      },
    }),
  }),
  generate_content: (witness) => ({
    contents: [
      {
        role: "user",
        parts: [
          { text: prompt(witness) },
          ...(witness.hasImage ? [{ inlineData: { mimeType: "image/png", data: pixel } }] : []),
        ],
      },
    ],
    ...(witness.hasTools && { tools: [{ functionDeclarations: [tool(witness)] }] }),
    ...((witness.maxTokens !== undefined || witness.responseFormat !== undefined) && {
      generationConfig: {
        ...(witness.maxTokens !== undefined && { maxOutputTokens: witness.maxTokens }),
        ...geminiFormat(witness.responseFormat),
      },
    }),
  }),
  completions: (witness) => ({
    model: witness.model,
    prompt: prompt(witness),
    ...(witness.stream && { stream: true }),
    ...(witness.maxTokens !== undefined && { max_tokens: witness.maxTokens }),
  }),
  embeddings: (witness) => ({ model: witness.model, input: prompt(witness) }),
} as const satisfies Record<Endpoint, (witness: Witness) => Readonly<Record<string, unknown>>>;

function geminiFormat(format: string | undefined): Readonly<Record<string, unknown>> {
  switch (format) {
    case undefined:
      return {};
    case "json_schema":
      return { responseMimeType: "application/json", responseJsonSchema: schema };
    case "json_object":
      return { responseMimeType: "application/json" };
    case "text":
      return { responseMimeType: "text/plain" };
    default:
      return { responseMimeType: format };
  }
}
