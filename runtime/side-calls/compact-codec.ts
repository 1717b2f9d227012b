import type { JsonObject, Rejection } from "../wire/canonical.ts";
import type { ClientCodec } from "../wire/codec.ts";
import { codecs } from "../wire/formats.ts";
import { numberOf, objectOf } from "../wire/json.ts";
import type { SideAnswer, SideRequest, SideTarget } from "../wire/side-call.ts";
import { inputUsage } from "./input-usage.ts";

const responses = codecs["openai-responses"];

/** OpenAI SDK 7.55, `responses.compact`. What comes of it only the vendor that made it can read, so only that vendor is asked. */
export const compactResponse: ClientCodec = {
  ...responses,
  path: "/v1/responses/compact",
  facts: (body) => ({ ...responses.facts(body), stream: false }),
  sideCall: () => ({
    kind: "side-call",
    call: "compact",
    isLight: false,
    encode: (target) => (isOpenai(target) ? request : unsupported),
  }),
};

function isOpenai({ format, dialect }: SideTarget): boolean {
  return format === "openai-responses" || (format === "openai-chat" && dialect.vendor);
}

const request: SideRequest = {
  kind: "side-request",
  path: "/v1/responses/compact",
  native: true,
  bodies: undefined,
  losses: [],
  answer: async ([answer = {}]) => forwarded(answer),
};

function forwarded(answer: JsonObject): SideAnswer {
  const told = objectOf(answer["usage"]);
  const input = numberOf(told?.["input_tokens"]);
  const output = numberOf(told?.["output_tokens"]) ?? 0;
  const usage = input === undefined ? undefined : { ...inputUsage(input), output };
  return { body: undefined, usage, isEstimate: false };
}

const unsupported: Rejection = {
  kind: "rejection",
  code: "compaction_unsupported",
  message:
    "Only OpenAI's own models compact a conversation by /v1/responses/compact. Ask for a summary in an ordinary request instead.",
  param: "model",
};
