import type { Circumstances, Vendor } from "../api.ts";
import type { Frame, Problem, Reply } from "../reply.ts";
import type { Behaviour } from "./behaviour.ts";

/** Lays what the behaviour says about status, headers and body over the regular reply. */
export function scriptedReply(regular: Reply, behaviour: Behaviour, vendor: Vendor, now: Circumstances): Reply {
  const reply = bodyOf(failed(regular, behaviour, vendor, now), behaviour);
  const extra: Record<string, string> = {};
  if (behaviour.contentType !== undefined) extra["content-type"] = behaviour.contentType;
  if (behaviour.contentEncoding !== undefined) extra["content-encoding"] = behaviour.contentEncoding;
  if (behaviour.retryAfter !== undefined && vendor.retryHeader) extra["retry-after"] = behaviour.retryAfter;
  if (behaviour.redirect !== undefined) extra["location"] = behaviour.redirect;
  if (behaviour.hugeHeaderBytes !== undefined) extra["x-huge"] = "x".repeat(behaviour.hugeHeaderBytes);
  return { ...reply, headers: { ...reply.headers, ...extra, ...lowerCased(behaviour.headers ?? {}) } };
}

/** The error a behaviour describes, for the error event inside a stream. */
export function scriptedProblem(behaviour: Behaviour, vendor: Vendor, status: number): Problem {
  return problemOf(behaviour, behaviour.errorType ?? vendor.errorType(status), status);
}

/** As `scriptedProblem`, for a type that is known already. */
export function problemOf(behaviour: Behaviour, type: string, status: number): Problem {
  return {
    status,
    type,
    message: behaviour.errorMessage ?? `simulated status ${status}`,
    code: behaviour.errorCode ?? null,
    ...(behaviour.retryAfter === undefined ? {} : { retryAfter: behaviour.retryAfter }),
  };
}

function failed(regular: Reply, behaviour: Behaviour, vendor: Vendor, now: Circumstances): Reply {
  const status = behaviour.status ?? (behaviour.redirect === undefined ? undefined : 307);
  if (status === undefined) return regular;
  if (status >= 400) return vendor.errorReply(scriptedProblem(behaviour, vendor, status), now);
  return { ...regular, status, ...(status >= 300 ? { body: { kind: "whole", bytes: "" } } : {}) };
}

const page =
  "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n";

function bodyOf(reply: Reply, behaviour: Behaviour): Reply {
  const { headers } = reply;
  if (behaviour.body !== undefined) return { ...reply, body: { kind: "whole", bytes: behaviour.body } };
  if (behaviour.html === true) {
    return { ...reply, headers: { ...headers, "content-type": "text/html" }, body: { kind: "whole", bytes: page } };
  }
  if (behaviour.sse !== undefined) {
    const eventStream = { ...headers, "content-type": "text/event-stream; charset=utf-8" };
    return { ...reply, headers: eventStream, body: { kind: "events", frames: rawFrames(behaviour.sse) } };
  }
  if (behaviour.invalidJson === true && reply.body.kind === "whole") {
    const bytes = Buffer.from(reply.body.bytes);
    return { ...reply, body: { kind: "whole", bytes: bytes.subarray(0, bytes.length >> 1) } };
  }
  return reply;
}

/** A scripted stream, cut at its blank lines so that "after N events" means what it says. */
function rawFrames(text: string): readonly Frame[] {
  return (text.match(/[\s\S]*?(?:\r\n\r\n|\n\n|\r\r|$)/g) ?? [])
    .filter((raw) => raw !== "")
    .map((raw) => ({ data: "", raw }));
}

function lowerCased(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
