import { expect, test } from "bun:test";
import fc from "fast-check";
import type { WireFormat } from "../../runtime/contract.ts";
import type { ErrorClass, Request, Response, StreamEvent, WireError } from "../../runtime/wire/canonical.ts";
import { codecs } from "../../runtime/wire/formats.ts";
import { normalise } from "../../runtime/wire/normalise.ts";
import { requests } from "../support/arbitrary-conversation.ts";
import { arbitraryResponse, arbitraryStream } from "../support/arbitrary-response.ts";
import { wishes } from "../support/arbitrary-wishes.ts";
import { replyContext, target } from "../support/canonical.ts";
import { typeErrors, typePatienceMs } from "./types/type-errors.ts";
import { eventsOf, type Written } from "./types/written.ts";

const models = {
  "openai-chat": "gpt-5",
  "openai-responses": "gpt-5",
  "anthropic-messages": "claude-opus-4-5",
  gemini: "gemini-2.5-pro",
} as const satisfies Record<WireFormat, string>;
const formats = Object.keys(models) as WireFormat[];
const errorClasses = Object.keys({
  "invalid-request": true,
  "context-too-long": true,
  "client-auth": true,
  "upstream-auth": true,
  billing: true,
  permission: true,
  "not-found": true,
  conflict: true,
  "too-large": true,
  "unsupported-media": true,
  "rate-limited": true,
  overloaded: true,
  "server-error": true,
  "bad-upstream-answer": true,
  "upstream-unreachable": true,
  timeout: true,
  "content-policy": true,
  "provider-unavailable": true,
  unimplemented: true,
  internal: true,
} satisfies Record<ErrorClass, true>) as ErrorClass[];
const sample = <T>(values: fc.Arbitrary<T>) => fc.sample(values, { seed: 4, numRuns: 60 });

test(
  "a member that is missing, of another type or unknown is found",
  async () => {
    const wrong: readonly Written[] = [
      {
        format: "openai-chat",
        kind: "request",
        json: '{"model":"m","messages":[{"role":"user","content":"a","kind":1}]}',
      },
      { format: "openai-responses", kind: "event", json: '{"type":"response.output_text.done","text":"a"}' },
      {
        format: "anthropic-messages",
        kind: "error",
        json: '{"type":"error","error":{"type":"bad","message":"m"},"request_id":"r"}',
      },
      { format: "gemini", kind: "answer", json: '{"candidates":[{"finishReason":"END"}]}' },
    ];
    const errors = await typeErrors(wrong);
    expect(errors.map((error) => error.split(": written.ts")[0])).toEqual(
      wrong.map(({ format, kind }) => `${format} ${kind}`),
    );
  },
  typePatienceMs,
);

test.each(formats)(
  "R136 what is written of any conversation is of the types of the vendor's SDK: %s",
  async (format) => {
    const written: readonly Written[] = [
      ...sample(fc.tuple(requests, wishes)).flatMap(([request, more]) => requestOf(format, { ...request, ...more })),
      ...sample(arbitraryResponse).map((response) => answerOf(format, response)),
      ...sample(arbitraryStream).flatMap((events) => streamOf(format, events)),
      ...errorClasses.flatMap((errorClass) => errorsOf(format, errorClass)),
    ];
    expect(await typeErrors(written)).toEqual([]);
  },
  typePatienceMs,
);

/** Nothing where the vendor's API has no words for it. */
function requestOf(format: WireFormat, request: Request): readonly Written[] {
  const encoded = codecs[format].encodeRequest(normalise(request).value, target(models[format]));
  return encoded.kind === "rejection" ? [] : [{ format, kind: "request", json: JSON.stringify(encoded.body) }];
}

function answerOf(format: WireFormat, response: Response): Written {
  return { format, kind: "answer", json: JSON.stringify(codecs[format].encodeResponse(response, replyContext())) };
}

function streamOf(format: WireFormat, events: readonly StreamEvent[]): readonly Written[] {
  const writer = codecs[format].streamWriter(replyContext({ request: { stream_options: { include_usage: true } } }));
  return eventsOf(format, events.map((event) => writer.push(event)).join(""));
}

/** As the whole answer and as the end of a stream. */
function errorsOf(format: WireFormat, errorClass: ErrorClass): readonly Written[] {
  const error: WireError = { class: errorClass, status: 500, message: "m", code: "c", param: "p", retryAfterMs: 1000 };
  const { encodeError, streamError } = codecs[format];
  const { body } = encodeError(error, "req0");
  return [{ format, kind: "error", json: JSON.stringify(body) }, ...eventsOf(format, streamError(error, "req0"))];
}
