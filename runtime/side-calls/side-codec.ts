import type { Endpoint } from "../contract.ts";
import type { JsonObject } from "../wire/canonical.ts";
import type { BodyFacts, ClientCodec } from "../wire/codec.ts";

/** What an API that is no conversation takes over from the vendor's one that is: how it says errors, and its headers. */
export function sideCodec(
  vendor: ClientCodec,
  own: Readonly<{
    path: string;
    endpoint: Endpoint;
    texts: (body: JsonObject) => readonly string[];
    sideCall: NonNullable<ClientCodec["sideCall"]>;
  }>,
): ClientCodec {
  const { path, endpoint, sideCall, texts } = own;
  return { ...vendor, path, endpoint, sideCall, facts: (body) => inputFacts(() => texts(body)) };
}

function inputFacts(texts: () => readonly string[]): BodyFacts {
  return {
    stream: false,
    hasTools: false,
    hasImage: false,
    responseFormat: undefined,
    maxTokens: undefined,
    texts,
    outputSchema: () => undefined,
  };
}
