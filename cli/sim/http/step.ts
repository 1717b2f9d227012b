/** What the server does on the socket next. A whole answer, faults included, is a list of these. */
export type Step =
  | Readonly<{ kind: "write"; bytes: Uint8Array | string }>
  | Readonly<{ kind: "wait"; ms: number }>
  /** Nothing more, until the client goes away. */
  | Readonly<{ kind: "stall" }>
  /** Close with a TCP reset. */
  | Readonly<{ kind: "reset" }>
  /** Close in the regular way. */
  | Readonly<{ kind: "close" }>;

/** What becomes of a connection that has carried an answer when the client sends the next request on it. */
export type Reuse = "serve" | "reset" | "silent";

export type Answer = Readonly<{ steps: Iterable<Step> | AsyncIterable<Step>; reuse: Reuse }>;
