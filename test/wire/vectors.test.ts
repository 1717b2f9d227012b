import { describe, expect, test } from "bun:test";
import { translatingRelay } from "../../runtime/answer/relay.ts";
import type { Dialect, WireFormat } from "../../runtime/contract.ts";
import type { JsonObject } from "../../runtime/wire/canonical.ts";
import { type AnswerMap, emptyAnswerMap } from "../../runtime/wire/codec.ts";
import { codecs } from "../../runtime/wire/formats.ts";
import { normalise } from "../../runtime/wire/normalise.ts";
import { encodeSse } from "../../runtime/wire/sse.ts";
import { replyContext } from "../support/canonical.ts";
import { translate, vendor } from "../support/translation.ts";
import { answers } from "./vectors/answers.ts";
import { dialects } from "./vectors/dialects.ts";
import { errors } from "./vectors/errors.ts";
import { geminiRequests } from "./vectors/gemini-requests.ts";
import { messages } from "./vectors/messages.ts";
import { parameters } from "./vectors/parameters.ts";
import { reasoning } from "./vectors/reasoning.ts";
import { responsesRequests } from "./vectors/responses-requests.ts";
import { responsesStreams } from "./vectors/responses-streams.ts";
import { streams } from "./vectors/streams.ts";
import { tools } from "./vectors/tools.ts";
import type { AnswerVector, ErrorVector, GrowthVector, RequestVector, StreamVector, Vector } from "./vectors/vector.ts";

const sections = {
  messages,
  tools,
  reasoning,
  parameters,
  dialects,
  geminiRequests,
  responsesRequests,
  answers,
  streams,
  responsesStreams,
  errors,
};

for (const [section, vectors] of Object.entries(sections)) {
  describe(`R19 R20 vectors: ${section}`, () => {
    for (const vector of vectors)
      test(`${vector.id} ${vector.from} to ${vector.to}: ${vector.title}`, () => run(vector));
  });
}

function run(vector: Vector): void {
  switch (vector.kind) {
    case "request":
      checkRequest(vector);
      break;
    case "growth":
      checkGrowth(vector);
      break;
    case "answer":
      checkAnswer(vector);
      break;
    case "stream":
      checkStream(vector);
      break;
    case "error":
      checkError(vector);
      break;
  }
}

function checkRequest(vector: RequestVector): void {
  const { from, to, model, body, dialect = vendor } = vector;
  const result = translate(from, to, model, body, dialect);
  if (vector.rejected !== undefined) {
    expect(result).toMatchObject({ kind: "rejection", ...vector.rejected });
    return;
  }
  if (result.kind === "rejection") throw new Error(`${result.code} ${result.message}`);
  const sent = plain(result.body);
  for (const [member, value] of Object.entries(vector.sent ?? {})) expect<unknown>(sent[member]).toEqual(value);
  checkAbsent(sent, vector.absent);
  expect(result.answer).toMatchObject(vector.answer ?? {});
  expect(result.losses).toEqual([...(vector.losses ?? [])]);
}

function checkGrowth({ from, to, model, body, more, history }: GrowthVector): void {
  const listOf = (grown: JsonObject) => {
    const result = translate(from, to, model, grown, vendor);
    if (result.kind === "rejection") throw new Error(`${result.code} ${result.message}`);
    const list = result.body[history];
    if (!Array.isArray(list)) throw new Error(`no list of ${history}`);
    return list.map((entry) => JSON.stringify(entry));
  };
  const before = Object.entries(body).find(([name]) => ["messages", "input", "contents"].includes(name));
  if (before === undefined || !Array.isArray(before[1])) throw new Error("a body without a history");
  const short = listOf(body);
  const long = listOf({ ...body, [before[0]]: [...before[1], ...more] });
  expect(long.length).toBeGreaterThan(short.length);
  expect(long.slice(0, short.length)).toEqual(short);
}

const context = replyContext({ request: { stream: true, stream_options: { include_usage: true } } });

type Asked = NonNullable<AnswerVector["asked"]>;

/** The client's context of an answer, and how the answer is to be read. */
function asking(client: WireFormat, upstream: WireFormat, asked: Asked | undefined) {
  if (asked === undefined) return { context, answer: emptyAnswerMap };
  const answer = answerMapOf(client, upstream, asked.model, asked.body, asked.dialect ?? vendor);
  return { context: { ...context, request: asked.body }, answer };
}

function answerMapOf(
  client: WireFormat,
  upstream: WireFormat,
  model: string,
  body: JsonObject,
  dialect: Dialect,
): AnswerMap {
  const decoded = codecs[client].decodeRequest(body);
  if (decoded.kind === "rejection") throw new Error(decoded.message);
  const encoded = codecs[upstream].encodeRequest(normalise(decoded.value).value, { model, dialect });
  if (encoded.kind === "rejection") throw new Error(encoded.message);
  return encoded.answer;
}

function checkAnswer(vector: AnswerVector): void {
  const { context: asked, answer } = asking(vector.to, vector.from, vector.asked);
  const decoded = codecs[vector.from].decodeResponse(vector.body, answer);
  const reply =
    decoded.kind === "failed"
      ? { ...codecs[vector.to].encodeError(decoded.error, asked.requestId), losses: [] }
      : { status: 200, body: codecs[vector.to].encodeResponse(decoded.value, asked), losses: decoded.losses };
  expect(reply.status).toBe(vector.status ?? 200);
  const body = plain(reply.body);
  expect(body).toMatchObject(vector.reply);
  checkAbsent(body, vector.absent);
  expect(reply.losses.map(({ code, field }) => `${code}:${field}`)).toEqual([...(vector.losses ?? [])]);
}

function checkStream(vector: StreamVector): void {
  const { context: asked, answer } = asking(vector.to, vector.from, vector.asked);
  const sse = vector.frames.map((frame) => (typeof frame === "string" ? frame : framed(vector.from, frame))).join("");
  for (const chunks of [[sse], [...new TextEncoder().encode(sse)].map((byte) => [byte])] as const) {
    const relay = translatingRelay(codecs[vector.from], codecs[vector.to], answer, asked);
    const parts = chunks.map((chunk) =>
      relay.push(typeof chunk === "string" ? new TextEncoder().encode(chunk) : Uint8Array.from(chunk)),
    );
    const said = new TextDecoder().decode(Buffer.concat([...parts, relay.end()]));
    expect(said.split("\n\n").slice(0, -1).map(dataOf)).toMatchObject([...vector.says]);
  }
}

function checkError({ from, to, status, body, reply }: ErrorVector): void {
  const error = codecs[from].decodeError(status, body);
  expect(codecs[to].encodeError(error, context.requestId)).toMatchObject(reply);
}

/** Anthropic and the Responses API name the event; the others do not. */
function framed(format: WireFormat, frame: JsonObject): string {
  const isNamed = format === "anthropic-messages" || format === "openai-responses";
  return encodeSse({ event: isNamed ? String(frame["type"]) : undefined, data: JSON.stringify(frame) });
}

function dataOf(frame: string): unknown {
  const line = frame.split("\n").find((one) => one.startsWith("data: "));
  if (line === undefined) return frame;
  const data = line.slice("data: ".length);
  return data.startsWith("{") ? JSON.parse(data) : data;
}

function checkAbsent(body: JsonObject, paths: readonly string[] | undefined): void {
  for (const path of paths ?? []) expect(body).not.toHaveProperty(path);
}

function plain(body: JsonObject): JsonObject {
  return JSON.parse(JSON.stringify(body));
}
