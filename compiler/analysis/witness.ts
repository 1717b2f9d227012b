import type { Endpoint, RequestFacts } from "../../runtime/contract.ts";

/** One request that shows what a finding says, by all that rules can ask about it. */
export type Witness = Readonly<{
  endpoint: Endpoint;
  model: string;
  stream: boolean;
  hasTools: boolean;
  hasImage: boolean;
  responseFormat?: string | undefined;
  maxTokens?: number | undefined;
  inputTokens: number;
  /** By lower-case name; headers that are not here are absent. */
  headers: Readonly<Record<string, string>>;
}>;

/** The same as a router is asked. */
export function witnessFacts({ headers, responseFormat, maxTokens, ...facts }: Witness): RequestFacts {
  return {
    ...facts,
    responseFormat,
    maxTokens,
    header: (name) => (Object.hasOwn(headers, name) ? headers[name] : undefined),
  };
}
