import type { Endpoint, Gateway, RequestFacts } from "./contract.ts";

/** The APIs whose calls are conversations with a model. */
const conversations = [
  "chat_completions",
  "responses",
  "messages",
  "generate_content",
  "completions",
] as const satisfies readonly Endpoint[];

/**
 * The policy for an API that is no conversation: only rules that name its endpoint count. A rule that matches the same
 * request on every other endpoint, too, speaks of conversations, and the models it names make no embeddings.
 */
export function rulesOfEndpoint(route: Gateway["route"]): Gateway["route"] {
  return (facts) => {
    const plan = route(facts);
    const isGeneral = conversations.every((endpoint) => route(at(endpoint, facts))?.rule === plan?.rule);
    return isGeneral ? undefined : plan;
  };
}

/** Not a spread: it would count tokens that no rule asks for. */
function at(endpoint: Endpoint, facts: RequestFacts): RequestFacts {
  return Object.create(facts, { endpoint: { value: endpoint, enumerable: true } });
}
