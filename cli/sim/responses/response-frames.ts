import type { JsonObject } from "../json.ts";
import type { Frame, Problem, Reply } from "../reply.ts";
import { itemEvents } from "./item-events.ts";
import type { ResponseAnswer } from "./response-answer.ts";
import { openResponse, responseObject } from "./response-object.ts";

type Events = Omit<Extract<Reply["body"], { kind: "events" }>, "kind">;

/** The streamed answer: created, in_progress, the items one after the other, the end. Every event knows its number. */
export function responseEvents(answer: ResponseAnswer, problem: Problem): Events {
  const open = { response: openResponse(answer, "in_progress") };
  const finished = responseObject(answer);
  const events: readonly JsonObject[] = [
    { type: "response.created", ...open },
    { type: "response.in_progress", ...open },
    ...answer.output.flatMap((item, index) => itemEvents(item, index, answer.deltaChars)),
  ];
  const status = String(finished["status"]);
  const last = { type: `response.${status === "null" ? "completed" : status}`, response: finished };
  return {
    frames: [...events.map(frame), { ...frame(last, events.length), terminator: true }],
    errorFrame: (index) => {
      const { message, code, param } = problem;
      return frame({ type: "error", code: code ?? problem.type, message, param: param ?? null }, index);
    },
    failedFrame: (index) => {
      const error = { code: problem.code ?? "server_error", message: problem.message };
      const failed = { ...openResponse(answer, "in_progress"), status: "failed", error };
      return frame({ type: "response.failed", response: failed }, index);
    },
  };
}

/** One event; its name is also the `type` of its data. */
function frame(event: JsonObject, index: number): Frame {
  return { event: String(event["type"]), data: JSON.stringify({ ...event, sequence_number: index }) };
}
