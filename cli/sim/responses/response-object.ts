import { isObject, type JsonObject } from "../json.ts";
import { chatModel } from "../openai/models.ts";
import { plainModel } from "../script/directive.ts";
import type { ResponseAnswer } from "./response-answer.ts";

/** The finished response (OpenAI SDK 7.55, `Response`, without `output_text`, which the SDK adds itself). */
export function responseObject(answer: ResponseAnswer): JsonObject {
  const { status, incomplete } = ending(answer);
  const done = status === "completed";
  return {
    ...head(answer),
    status,
    completed_at: done ? answer.createdAt : null,
    incomplete_details: incomplete === undefined ? null : { reason: incomplete },
    error: status === "failed" ? { code: "server_error", message: "The simulated model failed." } : null,
    output: answer.output,
    usage: answer.usage ?? null,
  };
}

/** The response before its first item: `in_progress`, or `queued` in the background. */
export function openResponse(answer: ResponseAnswer, status: "in_progress" | "queued"): JsonObject {
  const open = { completed_at: null, incomplete_details: null, error: null, output: [], usage: null };
  return { ...head(answer), status, ...open };
}

const statuses = ["completed", "failed", "cancelled", "queued", "in_progress"];

/** A word a script asked for is a status where the vendor has such a one, else the reason of an incomplete response. */
function ending({ stop }: ResponseAnswer): Readonly<{ status: string | null; incomplete?: string }> {
  switch (stop.kind) {
    case "end":
    case "tool-calls":
    case "refusal":
    case "stop-sequence":
      return { status: "completed" };
    case "length":
      return { status: "incomplete", incomplete: "max_output_tokens" };
    case "word":
      return stop.word === null || statuses.includes(stop.word)
        ? { status: stop.word }
        : { status: "incomplete", incomplete: stop.word };
  }
}

/** What the vendor repeats from the request, with its defaults. */
function head({ id, body, createdAt }: ResponseAnswer): JsonObject {
  const model = chatModel(plainModel(String(body["model"])));
  const reasoning = isObject(body["reasoning"]) ? body["reasoning"] : {};
  const text = isObject(body["text"]) ? body["text"] : {};
  return {
    id,
    object: "response",
    access_programs: null,
    created_at: createdAt,
    background: body["background"] ?? false,
    instructions: body["instructions"] ?? null,
    max_output_tokens: body["max_output_tokens"] ?? null,
    max_tool_calls: body["max_tool_calls"] ?? null,
    metadata: body["metadata"] ?? {},
    model: body["model"] ?? null,
    parallel_tool_calls: body["parallel_tool_calls"] ?? true,
    previous_response_id: body["previous_response_id"] ?? null,
    prompt_cache_key: body["prompt_cache_key"] ?? null,
    reasoning: { effort: reasoning["effort"] ?? model.defaultEffort ?? null, summary: reasoning["summary"] ?? null },
    safety_identifier: body["safety_identifier"] ?? null,
    service_tier: "default",
    store: body["store"] ?? true,
    temperature: body["temperature"] ?? 1,
    text: { format: text["format"] ?? { type: "text" }, verbosity: text["verbosity"] ?? "medium" },
    tool_choice: body["tool_choice"] ?? "auto",
    tools: body["tools"] ?? [],
    top_logprobs: body["top_logprobs"] ?? 0,
    top_p: body["top_p"] ?? 1,
    truncation: body["truncation"] ?? "disabled",
    user: body["user"] ?? null,
  };
}
