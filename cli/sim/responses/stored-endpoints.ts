import type { Call, Endpoint } from "../api.ts";
import { jsonReply } from "../json-reply.ts";
import { invalid } from "../openai/invalid.ts";
import { listPage } from "../openai/list-page.ts";
import type { Problem } from "../reply.ts";

const one = /^\/v1\/responses\/(?<id>[^/]+)$/;
const nothing = { takes: "nothing", runsModel: false } as const;

/** What can be done with a stored response (OpenAI SDK 7.55, `Responses` and `InputItems`). */
export const storedEndpoints: readonly Endpoint[] = [
  { ...nothing, method: "GET", path: one, check: missing, answer: (call) => jsonReply(look(call)) },
  {
    ...nothing,
    method: "DELETE",
    path: one,
    check: missing,
    answer: ({ state, key, params }) => {
      const id = params["id"] ?? "";
      state.keeps.responses.delete(key, id);
      return jsonReply({ id, object: "response", deleted: true });
    },
  },
  {
    ...nothing,
    method: "POST",
    path: /^\/v1\/responses\/(?<id>[^/]+)\/cancel$/,
    check: (call) => missing(call) ?? synchronous(call),
    answer: (call) => jsonReply(cancel(call)),
  },
  {
    ...nothing,
    method: "GET",
    path: /^\/v1\/responses\/(?<id>[^/]+)\/input_items$/,
    check: missing,
    answer: (call) => jsonReply(listPage(stored(call)?.input ?? [], call.query)),
  },
];

function stored({ state, key, params }: Call) {
  return state.keeps.responses.get(key, params["id"] ?? "");
}

function missing(call: Call): Problem | undefined {
  if (stored(call) !== undefined) return undefined;
  return { ...invalid(`Response with id '${call.params["id"]}' not found.`), status: 404 };
}

function synchronous(call: Call): Problem | undefined {
  return stored(call)?.response["background"] === true ? undefined : invalid("Cannot cancel a synchronous response.");
}

/** The response as it is now; one in the background is finished at the next look. */
function look(call: Call) {
  const kept = stored(call);
  if (kept === undefined) return null;
  if (kept.finished !== undefined)
    call.state.keeps.responses.set(call.key, call.params["id"] ?? "", { input: kept.input, response: kept.finished });
  return kept.finished ?? kept.response;
}

function cancel(call: Call) {
  const kept = stored(call);
  if (kept === undefined) return null;
  if (kept.finished === undefined) return kept.response;
  const response = { ...kept.response, status: "cancelled" };
  call.state.keeps.responses.set(call.key, call.params["id"] ?? "", { input: kept.input, response });
  return response;
}
