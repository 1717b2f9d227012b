import type { Call, Endpoint } from "../api.ts";
import { firstViolation } from "../check/first-violation.ts";
import { array, object, record, type Shape, string } from "../check/shape.ts";
import { alphanumericHash } from "../hash.ts";
import { isArray, isObject, type JsonObject } from "../json.ts";
import { jsonReply } from "../json-reply.ts";
import type { Problem } from "../reply.ts";
import type { StoredBatch } from "../state.ts";
import { finishBatch, requestCounts } from "./finish-batch.ts";
import { idPage } from "./id-page.ts";
import { invalid } from "./invalid.ts";
import { violationProblem } from "./violation-problem.ts";

const shape: Shape = object({
  requests: array(
    object({ custom_id: string({ min: 1, max: 64, pattern: /^[a-zA-Z0-9_-]{1,64}$/ }), params: record }),
    {
      min: 1,
      max: 100_000,
    },
  ),
});

const nothing = { takes: "nothing", runsModel: false } as const;
const one = /^\/v1\/messages\/batches\/(?<id>[^/]+)$/;
const dayInSeconds = 86_400;

/**
 * Create, list, look at, cancel, read and delete batches (Anthropic SDK 1.11, `Batches`). A batch has ended when it is first
 * looked at.
 */
export const batchEndpoints: readonly Endpoint[] = [
  {
    method: "POST",
    path: /^\/v1\/messages\/batches$/,
    takes: "json",
    runsModel: false,
    check: createProblem,
    answer: (call) => jsonReply(create(call)),
  },
  {
    ...nothing,
    method: "GET",
    path: /^\/v1\/messages\/batches$/,
    answer: ({ state, key, query }) => {
      const newestFirst = state.keeps.messageBatches
        .list(key)
        .map(({ about }) => about)
        .toReversed();
      return jsonReply(idPage(newestFirst, query));
    },
  },
  {
    ...nothing,
    method: "GET",
    path: one,
    check: missing,
    answer: (call) => {
      const batch = kept(call);
      return jsonReply(batch === undefined ? null : save(finishBatch(batch, call), call));
    },
  },
  {
    ...nothing,
    method: "GET",
    path: /^\/v1\/messages\/batches\/(?<id>[^/]+)\/results$/,
    check: (call) => missing(call) ?? runningProblem(call, "has no available results"),
    answer: (call) => ({
      status: 200,
      headers: { "content-type": "application/x-jsonl" },
      body: { kind: "whole", bytes: kept(call)?.results ?? "" },
    }),
  },
  {
    ...nothing,
    method: "POST",
    path: /^\/v1\/messages\/batches\/(?<id>[^/]+)\/cancel$/,
    check: missing,
    answer: (call) => {
      const batch = kept(call);
      if (batch === undefined || batch.about["processing_status"] === "ended") return jsonReply(batch?.about ?? null);
      const about = { ...batch.about, processing_status: "canceling", cancel_initiated_at: timeOf(call.now.createdAt) };
      return jsonReply(save({ ...batch, about }, call));
    },
  },
  {
    ...nothing,
    method: "DELETE",
    path: one,
    check: (call) => missing(call) ?? runningProblem(call, "is still being processed"),
    answer: ({ state, key, params }) => {
      const id = params["id"] ?? "";
      state.keeps.messageBatches.delete(key, id);
      return jsonReply({ id, type: "message_batch_deleted" });
    },
  },
];

function kept({ state, key, params }: Call): StoredBatch | undefined {
  return state.keeps.messageBatches.get(key, params["id"] ?? "");
}

function save(batch: StoredBatch, { state, key }: Call): JsonObject {
  state.keeps.messageBatches.set(key, String(batch.about["id"]), batch);
  return batch.about;
}

function missing(call: Call): Problem | undefined {
  if (kept(call) !== undefined) return undefined;
  return { status: 404, type: "not_found_error", message: `batch: ${call.params["id"]}` };
}

function runningProblem(call: Call, reason: string): Problem | undefined {
  return kept(call)?.about["processing_status"] === "ended"
    ? undefined
    : invalid(`Batch ${call.params["id"]} ${reason}.`);
}

function createProblem({ body }: Call): Problem | undefined {
  if (!isObject(body)) return invalid("The request body is not a JSON object.");
  const violation = firstViolation(body, shape);
  if (violation !== undefined) return violationProblem(violation);
  const ids = requestsOf(body).map((request) => request["custom_id"]);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  return twice === undefined ? undefined : invalid(`requests: custom_id '${twice}' is not unique`);
}

function requestsOf(body: Call["body"]): readonly JsonObject[] {
  return isObject(body) && isArray(body["requests"]) ? body["requests"].filter(isObject) : [];
}

function create(call: Call): JsonObject {
  const { createdAt, requestId } = call.now;
  const requests = requestsOf(call.body);
  const about = {
    id: `msgbatch_01${alphanumericHash(requestId).slice(0, 22)}`,
    type: "message_batch",
    processing_status: "in_progress",
    request_counts: requestCounts({ processing: requests.length }),
    ended_at: null,
    created_at: timeOf(createdAt),
    expires_at: timeOf(createdAt + dayInSeconds),
    archived_at: null,
    cancel_initiated_at: null,
    results_url: null,
  };
  return save({ about, requests, results: "" }, call);
}

function timeOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
