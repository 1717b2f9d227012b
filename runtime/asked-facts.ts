/** What rules could ask about a request, but for its headers and its texts, which stay private. */
export type AskedFacts = Readonly<{
  hasTools: boolean;
  hasImage: boolean;
  responseFormat: string | undefined;
  maxTokens: number | undefined;
  /** As far as rules had them counted; `most` is undefined where nobody knows. */
  inputTokens: Readonly<{ least: number; most: number | undefined }>;
  /** What it changed about its policy, by the names of its headers or members. */
  overrides: readonly string[];
}>;
