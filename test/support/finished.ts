import type { FinishedRequest } from "../../runtime/request/finished-request.ts";

/** A request that an OpenAI model answered in 12 ms, but for what a test says of it. */
export function finished(
  change: Omit<Partial<FinishedRequest>, "facts"> & Readonly<{ facts?: Partial<FinishedRequest["facts"]> }> = {},
): FinishedRequest {
  const { facts, ...rest } = change;
  const requestId = change.requestId ?? "req_1";
  return {
    requestId,
    method: "POST",
    path: "/v1/chat/completions",
    endpoint: "chat_completions",
    startedAtMs: 1_000_000,
    startedMs: 0,
    ms: 12.34,
    status: 200,
    how: "finished",
    stream: false,
    clientKey: () => undefined,
    error: undefined,
    attempts: [],
    answered: undefined,
    money: { costNanos: undefined, requestedNanos: undefined, savedNanos: undefined },
    ...rest,
    facts: {
      requestId,
      wire: "openai-chat",
      requested: "gpt-4o",
      served: { provider: "openai", model: "gpt-4o" },
      rule: "none",
      decision: "passthrough",
      attempts: 1,
      hedge: undefined,
      losses: [],
      ...facts,
    },
  };
}
