import type { Call } from "../api.ts";
import { isObject, type Json, type JsonObject, parseJson } from "../json.ts";
import type { StoredBatch } from "../state.ts";
import { errorReply } from "./errors.ts";
import { messagesEndpoint } from "./messages-endpoint.ts";

type Outcome = "succeeded" | "errored" | "canceled";

/** How many requests of a batch are where. */
export function requestCounts(
  counts: Readonly<Partial<Record<Outcome | "processing" | "expired", number>>>,
): JsonObject {
  return { processing: 0, succeeded: 0, errored: 0, canceled: 0, expired: 0, ...counts };
}

/** The batch at its end: every request answered, or none if it was told to cancel. */
export function finishBatch(batch: StoredBatch, call: Call): StoredBatch {
  const { about, requests } = batch;
  if (about["processing_status"] === "ended") return batch;
  const canceled = about["processing_status"] === "canceling";
  const results = requests.map((request, index): JsonObject => {
    const result = canceled ? { type: "canceled" } : resultOf(request["params"] ?? null, index, call);
    return { custom_id: request["custom_id"] ?? "", result };
  });
  const counted = (type: Outcome) => results.filter(({ result }) => isObject(result) && result["type"] === type).length;
  const request_counts = requestCounts({
    succeeded: counted("succeeded"),
    errored: counted("errored"),
    canceled: counted("canceled"),
  });
  const ended_at = new Date(call.now.createdAt * 1000).toISOString();
  const results_url = `http://${call.headers["host"]}/v1/messages/batches/${about["id"]}/results`;
  return {
    ...batch,
    about: { ...about, processing_status: "ended", request_counts, ended_at, results_url },
    results: results.map((result) => `${JSON.stringify(result)}\n`).join(""),
  };
}

function resultOf(params: Json, index: number, call: Call): JsonObject {
  const now = { ...call.now, requestId: `${call.now.requestId}_${index}` };
  const request = { ...call, now, body: isObject(params) ? { ...params, stream: false } : params };
  const problem = messagesEndpoint.check?.(request);
  const { body } = problem === undefined ? messagesEndpoint.answer(request, {}) : errorReply(problem, now);
  const value = body.kind === "whole" ? (parseJson(Buffer.from(body.bytes).toString()) ?? null) : null;
  return problem === undefined ? { type: "succeeded", message: value } : { type: "errored", error: value };
}
