import { anthropic } from "./anthropic/anthropic.ts";
import type { Call, Caller, Circumstances, Endpoint, Vendor } from "./api.ts";
import { decodeBody } from "./decode-body.ts";
import { gemini } from "./gemini/gemini.ts";
import type { HttpRequest } from "./http/http-request.ts";
import { parseJson } from "./json.ts";
import { openai } from "./openai/openai.ts";
import { readForm } from "./read-form.ts";
import type { Problem, Reply } from "./reply.ts";
import type { Behaviour } from "./script/behaviour.ts";
import { readDirective } from "./script/directive.ts";
import { scriptedReply } from "./script/scripted-reply.ts";
import type { State } from "./state.ts";

/** A reply and how to misbehave while sending it. */
export type Outcome = Readonly<{ vendor: Vendor; reply: Reply; behaviour: Behaviour }>;

const vendors: readonly Vendor[] = [anthropic, gemini, openai];

/**
 * Answers as the vendor would: let in, look at the body, and only then behave as a script says, so that a script never hides
 * a request the vendor would have turned down.
 */
export async function answerApi(request: HttpRequest, state: State, now: Circumstances): Promise<Outcome> {
  const url = new URL(request.target, "http://simulator");
  const caller: Caller = { headers: request.headers, query: url.searchParams };
  const vendor = vendorOf(request.method, url.pathname, caller);
  const refused = (problem: Problem): Outcome => ({ vendor, behaviour: {}, reply: vendor.errorReply(problem, now) });
  const stranger = vendor.authenticate(caller, state.settings.keys[vendor.name]);
  if (stranger !== undefined) return refused(stranger);
  const endpoint = vendor.endpoints.find((one) => one.method === request.method && one.path.test(url.pathname));
  if (endpoint === undefined) return refused(noEndpoint(request.method, url.pathname, vendor));
  const read = await readBody(request, endpoint, vendor);
  if (!read.ok) return refused(read.problem);
  const params = Object.entries(endpoint.path.exec(url.pathname)?.groups ?? {});
  const call: Call = {
    ...caller,
    path: url.pathname,
    params: Object.fromEntries(params.map(([name, value]) => [name, decoded(value)])),
    body: read.body,
    form: read.form,
    key: vendor.keyOf(caller) ?? "",
    state,
    now,
  };
  return answerCall(call, endpoint, vendor);
}

/** On a path of several vendors, or of none, the request itself says which one it is for; OpenAI's clients say nothing. */
function vendorOf(method: string, path: string, caller: Caller): Vendor {
  const serving = vendors.filter((vendor) =>
    vendor.endpoints.some((one) => one.method === method && one.path.test(path)),
  );
  const claimed = (serving.length > 0 ? serving : vendors).find((vendor) => vendor.claims(caller));
  const near = vendors.filter((vendor) => vendor.endpoints.some((one) => one.path.test(path)));
  return claimed ?? serving.at(-1) ?? near.at(-1) ?? openai;
}

function answerCall(call: Call, endpoint: Endpoint, vendor: Vendor): Outcome {
  const refused = (problem: Problem): Outcome => ({
    vendor,
    behaviour: {},
    reply: vendor.errorReply(problem, call.now),
  });
  const problem = endpoint.check?.(call);
  if (problem !== undefined) return refused(problem);
  const model = endpoint.model?.(call) ?? "";
  const directive = readDirective(model);
  if (!directive.ok) return refused(invalid(vendor, `model: bad @sim directive: ${directive.message}`));
  const asked = { model, path: call.path, key: call.key, byPathOnly: !endpoint.runsModel };
  const behaviour = { ...directive.value, ...call.state.scripts.take(asked) };
  const reply = endpoint.answer(call, behaviour);
  return { vendor, behaviour, reply: scriptedReply(reply, behaviour, vendor, call.now) };
}

function noEndpoint(method: string, path: string, vendor: Vendor): Problem {
  if (!vendor.endpoints.some((one) => one.path.test(path)))
    return { status: 404, type: vendor.errorType(404), message: `Invalid URL (${method} ${path})` };
  return { ...invalid(vendor, `Not allowed to ${method} on ${path}.`), status: 405, code: "method_not_supported" };
}

type Read = Readonly<{ ok: true; body: Call["body"]; form: Call["form"] }> | Readonly<{ ok: false; problem: Problem }>;

async function readBody(request: HttpRequest, endpoint: Endpoint, vendor: Vendor): Promise<Read> {
  try {
    const bytes = await decodeBody(request.body, request.headers["content-encoding"]);
    if (endpoint.takes === "form")
      return { ok: true, body: null, form: await readForm(bytes, request.headers["content-type"] ?? "") };
    if (endpoint.takes === "nothing") return { ok: true, body: null, form: {} };
    const body = parseJson(new TextDecoder().decode(bytes));
    return body === undefined
      ? { ok: false, problem: invalid(vendor, "The request body is not valid JSON.") }
      : { ok: true, body, form: {} };
  } catch (error) {
    return { ok: false, problem: invalid(vendor, error instanceof Error ? error.message : String(error)) };
  }
}

function invalid(vendor: Vendor, message: string): Problem {
  return { status: 400, type: vendor.errorType(400), message };
}

/** A name with a stray percent sign is taken as it stands. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
