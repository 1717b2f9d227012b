/** One request as it came in, body complete and still encoded. */
export type HttpRequest = Readonly<{
  method: string;
  /** Path and query as sent. */
  target: string;
  /** Lower-case names; repeated headers are joined with ", " (RFC 9110 section 5.2). */
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
}>;
