import type { Call, Endpoint } from "../../api.ts";
import { alphanumericHash } from "../../hash.ts";
import { isObject, type JsonObject, parseJson } from "../../json.ts";
import type { StoredBatch } from "../../state.ts";
import { errorReply } from "../errors.ts";
import { invalid } from "../invalid.ts";
import { fileObject } from "./file-object.ts";

/** The batch at its end: cancelled if it was told to, else with a file of answers and one of failures. */
export function finishBatch(batch: StoredBatch, call: Call, runnable: readonly Endpoint[]): StoredBatch {
  const { about, requests } = batch;
  const { createdAt } = call.now;
  if (about["status"] === "cancelling")
    return { ...batch, about: { ...about, status: "cancelled", cancelled_at: createdAt } };
  if (about["status"] !== "validating") return batch;
  const lines = requests.map((request, index) => answerLine(request, index, batch, call, runnable));
  const failed = lines.filter((line) => !line.good);
  const good = lines.filter((line) => line.good);
  return {
    ...batch,
    about: {
      ...about,
      status: "completed",
      in_progress_at: createdAt,
      completed_at: createdAt,
      output_file_id: writeFile(good, "output", batch, call),
      error_file_id: writeFile(failed, "error", batch, call),
      request_counts: { total: lines.length, completed: good.length, failed: failed.length },
    },
  };
}

type Line = Readonly<{ good: boolean; value: JsonObject }>;

function answerLine(
  request: JsonObject,
  index: number,
  { about }: StoredBatch,
  call: Call,
  runnable: readonly Endpoint[],
): Line {
  const now = { ...call.now, requestId: `${call.now.requestId}_${index}` };
  const body = isObject(request["body"]) ? request["body"] : {};
  const line: Call = { ...call, now, path: String(request["url"]), params: {}, body };
  const endpoint = runnable.find((one) => line.path === about["endpoint"] && one.path.test(line.path));
  const problem =
    endpoint === undefined
      ? invalid(
          `The provided endpoint '${line.path}' is not the batch's, '${about["endpoint"]}'.`,
          "url",
          "mismatched_endpoint",
        )
      : endpoint.check?.(line);
  const reply = problem === undefined && endpoint !== undefined ? endpoint.answer(line, {}) : undefined;
  const answered = reply ?? errorReply(problem ?? invalid("The line cannot be answered."), now);
  const answer = answered.body.kind === "whole" ? parseJson(Buffer.from(answered.body.bytes).toString()) : undefined;
  const id = `batch_req_${alphanumericHash(`${about["id"]} ${index}`)}`;
  const response = { status_code: answered.status, request_id: now.requestId, body: answer ?? null };
  return { good: answered.status < 400, value: { id, custom_id: request["custom_id"] ?? null, response, error: null } };
}

/** The id of a new file of these lines; null for none. */
function writeFile(
  lines: readonly Line[],
  kind: string,
  { about }: StoredBatch,
  { state, key, now }: Call,
): string | null {
  if (lines.length === 0) return null;
  const id = `file-${alphanumericHash(`${about["id"]} ${kind}`)}`;
  const bytes = new TextEncoder().encode(lines.map(({ value }) => `${JSON.stringify(value)}\n`).join(""));
  const filename = `${about["id"]}_${kind}.jsonl`;
  const file = fileObject({ id, filename, purpose: "batch_output", bytes, createdAt: now.createdAt });
  state.keeps.files.set(key, id, { about: file, bytes });
  return id;
}
