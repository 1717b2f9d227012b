import { failure } from "../errors.ts";
import { readAll, type WholeBody } from "../read-all.ts";
import { jsonTooDeepAt } from "../request/json-depth.ts";
import { type AnsweredCall, type Failed, failed } from "../upstream/attempt.ts";
import type { Response as Answer, Json, WireError } from "../wire/canonical.ts";
import type { Decoded } from "../wire/codec.ts";
import { parseExactArguments } from "../wire/exact-json.ts";
import { looksWhole } from "./looks-whole.ts";

/** The bytes of a whole answer that look like one. */
export async function readAnswer(call: AnsweredCall): Promise<Extract<WholeBody, { kind: "body" }> | Failed> {
  const whole = await readAll(call.body, call.deps.gateway.catalog.limits.maxResponseBytes);
  if (whole.kind === "failed") return failed(whole.error, call.upstream);
  return looksWhole(whole.bytes) ? whole : failed(notAnAnswer(call.target.provider), call.upstream);
}

/** What those bytes say. */
export function decodeAnswer(
  { target, prepared, upstream, deps }: AnsweredCall,
  bytes: Uint8Array,
): Decoded<Answer> | Failed {
  const json = parse(bytes, deps.gateway.catalog.limits.maxJsonDepth);
  if (json === undefined) return failed(notAnAnswer(target.provider), upstream);
  const decoded = prepared.upstream.decodeResponse(json, prepared.answer);
  return decoded.kind === "failed" ? failed(decoded.error, upstream) : decoded;
}

function notAnAnswer(provider: string): WireError {
  return failure(
    "bad-upstream-answer",
    `Provider "${provider}" answered 200 with something that is not its API's JSON.`,
    {
      code: "upstream_invalid_response",
    },
  );
}

/** Undefined where it is no JSON, or nested deeper than a client's parser can be expected to follow. */
function parse(bytes: Uint8Array, maxDepth: number): Json | undefined {
  const text = utf8(bytes);
  return text === undefined || jsonTooDeepAt(text, maxDepth) !== undefined ? undefined : parseExactArguments(text);
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
