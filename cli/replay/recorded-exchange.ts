import type { WireFormat } from "../../runtime/contract.ts";
import { wireNames } from "../../runtime/request/reply-headers.ts";
import type { Json, JsonObject } from "../../runtime/wire/canonical.ts";
import { objectOf, parseJson, stringOf } from "../../runtime/wire/json.ts";

/** A request of the log file that can be sent again. */
export type RecordedRequest = Readonly<{
  requestId: string;
  provider: string;
  model: string;
  format: WireFormat;
  /** Where a gateway serves the same call, without the model that Gemini has in it. */
  endpoint: string;
  stream: boolean;
  body: JsonObject;
}>;

/** How it went, then or now. */
export type Outcome = Readonly<{ status: number | null; tokens: number | null; ms: number | null }>;

/** One line of the log file, as far as it matters here. */
export type RecordedLine =
  | Readonly<{ kind: "request"; request: RecordedRequest }>
  | Readonly<{ kind: "answer"; requestId: string; outcome: Outcome }>
  /** Of a later attempt, which a replay decides for itself, or of what came of them all. */
  | Readonly<{ kind: "other" }>
  | Readonly<{ kind: "unusable"; why: Unusable }>;

/** Why a request stays out. */
export type Unusable = "private" | "cut short" | "no line of a log file" | "of an endpoint that gateways do not serve";

/** Reads one line that `--log-file` wrote. */
export function readLine(text: string): RecordedLine {
  const line = objectOf(parseJson(text));
  const requestId = stringOf(line?.["request_id"]);
  if (line === undefined || requestId === undefined) return unusable("no line of a log file");
  if (line["direction"] === "response") return { kind: "answer", requestId, outcome: outcomeOf(line) };
  if (line["direction"] === "finished") return { kind: "other" };
  if (line["direction"] !== "request") return unusable("no line of a log file");
  return line["attempt_number"] === 1 ? readRequest(requestId, line) : { kind: "other" };
}

function readRequest(requestId: string, line: JsonObject): RecordedLine {
  const [provider, model, path] = ["provider", "model", "path"].map((name) => stringOf(line[name]));
  const format = formatCalled(stringOf(line["wire_format"]));
  if (provider === undefined || model === undefined || path === undefined || format === undefined) {
    return unusable("no line of a log file");
  }
  const text = stringOf(line["body"]);
  if (text === undefined) return unusable("private");
  const body = objectOf(parseJson(text));
  if (body === undefined) return unusable("cut short");
  const endpoint = endpointIn(path);
  if (endpoint === undefined) return unusable("of an endpoint that gateways do not serve");
  const stream = line["is_streaming"] === true;
  return { kind: "request", request: { requestId, provider, model, format, endpoint, stream, body } };
}

function outcomeOf(line: JsonObject): Outcome {
  const seconds = numberOf(line["duration_seconds"]);
  return {
    status: numberOf(line["status_code"]),
    tokens: numberOf(line["token_count"]),
    ms: seconds === null ? null : seconds * 1000,
  };
}

/** Vendors put these behind folders of their own; a gateway serves them below `/v1` and `/v1beta`. */
const endpoints = /(?:\/(chat\/completions|completions|responses|embeddings|messages\/count_tokens|messages)|(:\w+))$/;

function endpointIn(path: string): string | undefined {
  const [, endpoint, operation] = endpoints.exec(path) ?? [];
  return endpoint ?? operation;
}

function formatCalled(name: string | undefined): WireFormat | undefined {
  const formats = Object.entries(wireNames) as readonly (readonly [WireFormat, string])[];
  return formats.find(([, short]) => short === name)?.[0];
}

function unusable(why: Unusable): RecordedLine {
  return { kind: "unusable", why };
}

function numberOf(value: Json | undefined): number | null {
  return typeof value === "number" ? value : null;
}
