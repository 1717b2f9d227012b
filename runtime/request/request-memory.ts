import type { RouteEnd } from "../routing/attempt-loop.ts";
import type { JsonObject, WireError } from "../wire/canonical.ts";

/** Where a vendor keeps something: only this account of it knows the thing's id. */
export type Account = Readonly<{ provider: string; key: string | undefined }>;

/** A request together with what it referred to. */
export type Recalled = Readonly<{
  bytes: Uint8Array;
  json: JsonObject;
  /** The body as the client wrote it, where that is another one: an answer repeats some of it. */
  asked?: JsonObject | undefined;
  /** The only account that can serve it. */
  account?: Account | undefined;
}>;

/** What the requests of one client on one endpoint leave behind for later ones. */
export type RequestMemory = Readonly<{
  /** The request as it has to be read: with earlier ones that it goes on from. */
  recall(request: Recalled): Recalled | WireError;
  /** Takes note of an answer on its way to the client, who gets what is returned. */
  keep(reply: Response, request: Recalled, end: Extract<RouteEnd, { kind: "answered" }>): Response;
}>;
