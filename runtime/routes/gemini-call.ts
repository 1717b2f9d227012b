import type { ModelAddress } from "../wire/address.ts";
import { type GeminiAddress, parseGeminiPath } from "../wire/gemini/address.ts";

/** A call of Google's API as its path says it. */
export type GeminiCall =
  | Readonly<{ kind: "generate"; address: ModelAddress }>
  | Readonly<{ kind: "count" | "embed" | "batch-embed"; address: ModelAddress }>;

const kinds = {
  generateContent: "generate",
  streamGenerateContent: "generate",
  countTokens: "count",
  embedContent: "embed",
  batchEmbedContents: "batch-embed",
} as const satisfies Record<string, GeminiCall["kind"]>;

/** Undefined where the path calls no method that this gateway has. */
export function geminiCall(path: string): GeminiCall | undefined {
  const address = parseGeminiPath(path);
  const kind = address === undefined || !isMethod(address.method) ? undefined : kinds[address.method];
  if (address === undefined || kind === undefined) return undefined;
  return { kind, address: { model: address.model, stream: streams(address) } };
}

function isMethod(method: string): method is keyof typeof kinds {
  return Object.hasOwn(kinds, method);
}

function streams({ method }: GeminiAddress): boolean {
  return method === "streamGenerateContent";
}
