/** A stretch of a text, in UTF-16 units, that rests on a page of the web. */
export type Citation = Readonly<{ url: string; title: string; start: number; end: number }>;

export type SaidPart =
  | Readonly<{ kind: "text"; text: string; citations?: readonly Citation[] }>
  | Readonly<{ kind: "refusal"; text: string }>
  | Readonly<{ kind: "thinking"; text: string; signature: string }>
  | Readonly<{ kind: "redacted-thinking"; data: string }>
  | Readonly<{ kind: "tool-call"; id: string; name: string; type: "json" | "free-text"; argumentsText: string }>
  /** A search of the web the vendor ran itself. */
  | Readonly<{ kind: "web-search"; id: string; query: string; url: string; title: string }>;

export type Stop =
  | Readonly<{ kind: "end" | "length" | "tool-calls" | "refusal" }>
  | Readonly<{ kind: "stop-sequence"; sequence: string }>
  /** A word of the vendor's, or none of theirs, asked for by a script. */
  | Readonly<{ kind: "word"; word: string | null }>;

/** What the model answers, before any API's shape. */
export type Said = Readonly<{
  parts: readonly SaidPart[];
  stop: Stop;
  outputTokens: number;
  thinkingTokens: number;
}>;
