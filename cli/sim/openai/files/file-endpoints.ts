import type { Call, Endpoint } from "../../api.ts";
import { alphanumericHash } from "../../hash.ts";
import { jsonReply } from "../../json-reply.ts";
import type { Problem } from "../../reply.ts";
import { invalid } from "../invalid.ts";
import { listPage } from "../list-page.ts";
import { fileObject } from "./file-object.ts";

const one = /^\/v1\/files\/(?<id>[^/]+)$/;
const nothing = { takes: "nothing", runsModel: false } as const;

/** Upload, list, look at, read and delete files, kept in memory (OpenAI SDK 7.55, `Files`). */
export const fileEndpoints: readonly Endpoint[] = [
  {
    method: "POST",
    path: /^\/v1\/files$/,
    takes: "form",
    runsModel: false,
    check: uploadProblem,
    answer: ({ form, state, key, now }) => {
      const { filename = "", bytes = new Uint8Array() } = form["file"] ?? {};
      const id = `file-${alphanumericHash(now.requestId)}`;
      const about = fileObject({ id, filename, purpose: textOf(form["purpose"]), bytes, createdAt: now.createdAt });
      state.keeps.files.set(key, id, { about, bytes });
      return jsonReply(about);
    },
  },
  {
    ...nothing,
    method: "GET",
    path: /^\/v1\/files$/,
    answer: ({ state, key, query }) => {
      const purpose = query.get("purpose");
      const all = state.keeps.files.list(key).map(({ about }) => about);
      return jsonReply(listPage(purpose === null ? all : all.filter((about) => about["purpose"] === purpose), query));
    },
  },
  { ...nothing, method: "GET", path: one, check: missing, answer: (call) => jsonReply(kept(call)?.about ?? null) },
  {
    ...nothing,
    method: "GET",
    path: /^\/v1\/files\/(?<id>[^/]+)\/content$/,
    check: missing,
    answer: (call) => ({
      status: 200,
      headers: { "content-type": "application/octet-stream" },
      body: { kind: "whole", bytes: kept(call)?.bytes ?? "" },
    }),
  },
  {
    ...nothing,
    method: "DELETE",
    path: one,
    check: missing,
    answer: ({ state, key, params }) => {
      const id = params["id"] ?? "";
      state.keeps.files.delete(key, id);
      return jsonReply({ id, object: "file", deleted: true });
    },
  },
];

function kept({ state, key, params }: Call) {
  return state.keeps.files.get(key, params["id"] ?? "");
}

function missing(call: Call): Problem | undefined {
  return kept(call) === undefined
    ? { ...invalid(`No such File object: ${call.params["id"]}`, "id"), status: 404 }
    : undefined;
}

const purposes = ["fine-tune", "assistants", "batch", "user_data", "vision", "evals"];

function uploadProblem({ form }: Call): Problem | undefined {
  const { file } = form;
  const purpose = textOf(form["purpose"]);
  if (purpose === "") return invalid("'purpose' is a required property");
  if (!purposes.includes(purpose))
    return invalid(
      `'${purpose}' is not one of [${purposes.map((name) => `'${name}'`).join(", ")}] - 'purpose'`,
      "purpose",
    );
  if (file?.filename === undefined) return invalid("'file' is a required property");
  return purpose === "batch" && !file.filename.endsWith(".jsonl")
    ? invalid(`Invalid file format for Batch API. Must be .jsonl`, "file")
    : undefined;
}

function textOf(field: Call["form"][string] | undefined): string {
  return field === undefined ? "" : new TextDecoder().decode(field.bytes);
}
