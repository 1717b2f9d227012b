import type { Call, Endpoint } from "../../api.ts";
import { bodyOf } from "../../call-body.ts";
import { firstViolation } from "../../check/first-violation.ts";
import { nullable, object, record, type Shape, text, words } from "../../check/shape.ts";
import { alphanumericHash } from "../../hash.ts";
import { isObject, type JsonObject, parseJson } from "../../json.ts";
import { jsonReply } from "../../json-reply.ts";
import type { Problem } from "../../reply.ts";
import type { StoredBatch } from "../../state.ts";
import { invalid } from "../invalid.ts";
import { listPage } from "../list-page.ts";
import { violationProblem } from "../violation-problem.ts";
import { finishBatch } from "./finish-batch.ts";

const shape: Shape = object(
  {
    input_file_id: text,
    endpoint: words("/v1/responses", "/v1/chat/completions", "/v1/embeddings", "/v1/completions"),
    completion_window: words("24h"),
  },
  { metadata: nullable(record), output_expires_after: record },
);

const nothing = { takes: "nothing", runsModel: false } as const;
const dayInSeconds = 86_400;

/**
 * Create, look at, list and cancel batches (OpenAI SDK 7.55, `Batches`). A batch is done when it is first looked at: each of
 * its lines is then answered by one of `runnable`.
 */
export function batchEndpoints(runnable: readonly Endpoint[]): readonly Endpoint[] {
  return [
    { method: "POST", path: /^\/v1\/batches$/, takes: "json", runsModel: false, check: createProblem, answer: create },
    {
      ...nothing,
      method: "GET",
      path: /^\/v1\/batches$/,
      answer: ({ state, key, query }) =>
        jsonReply(
          listPage(
            state.keeps.batches.list(key).map(({ about }) => about),
            query,
          ),
        ),
    },
    {
      ...nothing,
      method: "GET",
      path: /^\/v1\/batches\/(?<id>[^/]+)$/,
      check: missing,
      answer: (call) => {
        const batch = kept(call);
        return jsonReply(batch === undefined ? null : save(finishBatch(batch, call, runnable), call));
      },
    },
    {
      ...nothing,
      method: "POST",
      path: /^\/v1\/batches\/(?<id>[^/]+)\/cancel$/,
      check: (call) => missing(call) ?? doneProblem(call),
      answer: (call) => {
        const batch = kept(call);
        if (batch === undefined) return jsonReply(null);
        const about = { ...batch.about, status: "cancelling", cancelling_at: call.now.createdAt };
        return jsonReply(save({ ...batch, about }, call));
      },
    },
  ];
}

function kept({ state, key, params }: Call): StoredBatch | undefined {
  return state.keeps.batches.get(key, params["id"] ?? "");
}

function save(batch: StoredBatch, { state, key }: Call): JsonObject {
  state.keeps.batches.set(key, String(batch.about["id"]), batch);
  return batch.about;
}

function missing(call: Call): Problem | undefined {
  return kept(call) === undefined
    ? { ...invalid(`No batch found with id '${call.params["id"]}'.`), status: 404 }
    : undefined;
}

function doneProblem(call: Call): Problem | undefined {
  const status = kept(call)?.about["status"];
  return status === "validating"
    ? undefined
    : { ...invalid(`Cannot cancel a batch with status '${status}'.`), status: 409 };
}

function inputOf({ body, state, key }: Call) {
  return isObject(body) ? state.keeps.files.get(key, String(body["input_file_id"])) : undefined;
}

function createProblem(call: Call): Problem | undefined {
  const { body } = call;
  if (!isObject(body)) return invalid("Invalid type for request body: expected an object.");
  const violation = firstViolation(body, shape);
  if (violation !== undefined) return violationProblem(violation);
  const file = inputOf(call);
  if (file === undefined)
    return { ...invalid(`No such File object: ${body["input_file_id"]}`, "input_file_id"), status: 404 };
  return file.about["purpose"] === "batch"
    ? undefined
    : invalid("The input file must have been uploaded with purpose 'batch'.", "input_file_id");
}

function create(call: Call) {
  const body = bodyOf(call);
  const lines = new TextDecoder().decode(inputOf(call)?.bytes).split("\n");
  const requests = lines
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const value = parseJson(line);
      return isObject(value) ? value : {};
    });
  const { createdAt, requestId } = call.now;
  const about = {
    id: `batch_${alphanumericHash(requestId)}`,
    object: "batch",
    endpoint: body["endpoint"] ?? null,
    errors: null,
    input_file_id: body["input_file_id"] ?? null,
    completion_window: body["completion_window"] ?? null,
    status: "validating",
    output_file_id: null,
    error_file_id: null,
    created_at: createdAt,
    expires_at: createdAt + dayInSeconds,
    request_counts: { total: 0, completed: 0, failed: 0 },
    metadata: body["metadata"] ?? null,
  };
  return jsonReply(save({ about, requests, results: "" }, call));
}
