import { expect, test } from "bun:test";
import { createAdmission } from "../../runtime/admission/admission.ts";
import { continuedBody } from "../../runtime/answer/continued-body.ts";
import { createReasoningMemory } from "../../runtime/answer/reasoning-memory.ts";
import { translatingRelay } from "../../runtime/answer/relay.ts";
import { createKeptIds } from "../../runtime/kept/kept-ids.ts";
import { createMetrics } from "../../runtime/metrics/metrics.ts";
import { createResponseStore } from "../../runtime/responses/response-store.ts";
import { createHotState } from "../../runtime/routing/hot-state.ts";
import { defaultPreferences } from "../../runtime/routing/preferences.ts";
import { createInFlight } from "../../runtime/server/in-flight.ts";
import type { AnsweredCall } from "../../runtime/upstream/attempt.ts";
import type { BodyRead, UpstreamBody } from "../../runtime/upstream/upstream.ts";
import { createValidation } from "../../runtime/validation/validation.ts";
import { emptyAnswerMap } from "../../runtime/wire/codec.ts";
import { codecs } from "../../runtime/wire/formats.ts";
import { replyContext } from "../support/canonical.ts";
import { plainAccess } from "../support/plain-access.ts";
import { testGateway } from "../support/served.ts";
import { silent } from "../support/silent.ts";

const upstream = codecs["anthropic-messages"];
const client = codecs["openai-chat"];

/** A first round of these chunks, and an upstream that never answers when it is asked to go on. */
function pausedCall(chunks: readonly string[]) {
  const seen = { reads: 0, fetches: 0, aborted: false };
  const left = [...chunks];
  const body: UpstreamBody = {
    read: () => {
      seen.reads += 1;
      const chunk = left.shift();
      const read: BodyRead = chunk === undefined ? { kind: "end" } : { kind: "chunk", bytes: Buffer.from(chunk) };
      return Promise.resolve(read);
    },
    cancel: () => undefined,
  };
  const fetch = (_url: unknown, init?: RequestInit) => {
    seen.fetches += 1;
    return new Promise<Response>((_resolve, reject) => {
      init?.signal?.addEventListener("abort", () => {
        seen.aborted = true;
        reject(new Error("aborted"));
      });
    });
  };
  const metrics = createMetrics();
  const gateway = testGateway({ upstreamUrl: "http://upstream.test" });
  const surface = gateway.catalog.providers["anthropic"];
  if (surface === undefined) throw new Error("no provider");
  const target = { provider: "anthropic", model: "claude-sonnet-4-5" };
  const request = new TextEncoder().encode('{"messages":[]}');
  const call: AnsweredCall = {
    target,
    body,
    upstream: { headers: new Headers(), codec: upstream },
    prepared: { kind: "prepared", body: request, native: false, surface, upstream, answer: emptyAnswerMap, losses: [] },
    request: {
      provider: "anthropic",
      url: "http://upstream.test/v1/messages",
      headers: {},
      body: request,
      timeouts: { connectMs: 0, firstByteMs: 0, idleMs: 0, totalMs: 0 },
      startedMs: 0,
    },
    recording: { requestId: "req_1", clientKey: () => undefined, attempt: 1, stream: true, isPrivate: false },
    input: {
      client: {
        codec: client,
        bytes: request,
        model: target.model,
        canonical: () => client.decodeRequest({}),
        strict: false,
        fetchMedia: undefined,
      },
      clientHeaders: new Headers(),
      tenant: () => "",
      facts: client.facts({}),
      rule: "none",
      validate: [],
      estimatedTokens: 0,
      requestId: "req_1",
      clientKey: () => undefined,
      arrivedMs: 0,
      ranking: {
        preferences: defaultPreferences,
        clientFormat: client.format,
        usedParameters: () => [],
        wantsThinking: () => false,
      },
      context: (model) => replyContext({ model }),
      signal: new AbortController().signal,
      onAbort: () => undefined,
    },
    deps: {
      gateway,
      clientKeys: [],
      access: plainAccess,
      metrics,
      admission: createAdmission(gateway.catalog.limits, {
        now: () => 0,
        after: () => () => undefined,
        refused: () => undefined,
      }),
      reasoning: createReasoningMemory(() => 0),
      responses: createResponseStore(() => 0),
      keptIds: createKeptIds(() => 0),
      recorder: undefined,
      hot: createHotState(gateway.catalog, new Map(), { now: () => 0, epochMs: () => 0, random: () => 0, metrics }),
      sleep: () => Promise.resolve(true),
      validation: createValidation({}),
      upstream: {
        fetch: Object.assign(fetch, { preconnect: () => undefined }),
        now: () => 0,
        connect: () => Promise.resolve(),
      },
      inFlight: createInFlight(),
      epochMs: () => 0,
      newRequestId: () => "id",
      beginTrace: () => undefined,
      keepAliveMs: 0,
      stalledClientMs: 0,
      finished: () => undefined,
      log: silent,
    },
  };
  return { call, seen };
}

const event = (data: object) => `data: ${JSON.stringify(data)}\n\n`;
const pausing =
  event({ type: "message_start", message: { id: "msg_up" } }) +
  event({ type: "content_block_start", index: 0, content_block: { type: "text", text: "So" } }) +
  event({ type: "message_delta", delta: { stop_reason: "pause_turn" } });

async function readPause(chunks: readonly string[]) {
  const { call, seen } = pausedCall(chunks);
  const relay = translatingRelay(upstream, client, emptyAnswerMap, replyContext());
  const body = continuedBody(call, relay);
  const first = await body.read();
  if (first.kind === "chunk") relay.push(first.bytes);
  expect(relay.paused()).toEqual([{ type: "text", text: "So" }]);
  return { body, seen };
}

test("S12 the next round is asked for when the client wants more, once however often it asks", async () => {
  const { body, seen } = await readPause([pausing]);
  expect(seen.fetches).toBe(0);
  expect(await body.read(5)).toEqual({ kind: "waiting" });
  expect(await body.read(5)).toEqual({ kind: "waiting" });
  expect(seen.fetches).toBe(1);
  body.cancel();
});

test("S12 a body that is cancelled while its next round is on the way ends that round", async () => {
  const { body, seen } = await readPause([pausing]);
  await body.read(5);
  expect(seen.aborted).toBe(false);
  body.cancel();
  expect(seen.aborted).toBe(true);
  expect(await body.read(50)).toMatchObject({ kind: "failed" });
});

test("S12 a paused round is read to its end, so that its connection can be used again", async () => {
  const { body, seen } = await readPause([pausing, event({ type: "message_stop" })]);
  await body.read(5);
  expect(seen.reads).toBe(3);
  body.cancel();
});
