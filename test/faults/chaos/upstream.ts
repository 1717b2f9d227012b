import { createServer, type Socket } from "node:net";
import type { HttpRequest } from "../../../cli/sim/http/http-request.ts";
import { serveConnection } from "../../../cli/sim/http/serve-connection.ts";
import type { Answer } from "../../../cli/sim/http/step.ts";
import type { Reply } from "../../../cli/sim/reply.ts";
import { answerSteps } from "../../../cli/sim/transport/answer-steps.ts";
import type { OlderFormat } from "../../support/older-formats.ts";
import { textAnswer } from "../../support/text-answer.ts";
import { applied, errorFrame, type FaultName, faultFor, restMsOf, type Said } from "./fault.ts";

/** One request that reached a provider. */
export type Hit = Readonly<{
  provider: string;
  key: string;
  /** The client's request it belongs to. */
  request: number;
  /** Which one of that request at this provider, from 1. */
  nth: number;
  atMs: number;
  /** Undefined: answered well. */
  fault: FaultName | "401" | undefined;
  /** All that the answer says, when it says anything. */
  text: string;
}>;

export type ChaosUpstream = Readonly<{ url: string; stop(): void }>;

export type ChaosUpstreamOptions = Readonly<{
  provider: string;
  format: OlderFormat;
  seed: number;
  /** What all requests with this key meet now; undefined: what chance has for them. */
  scene: (key: string) => "401" | "reset" | undefined;
  /** Told of every hit as it comes in; knows those before. */
  hits: Readonly<{ add(hit: Hit): void; count(request: number, provider: string): number }>;
}>;

/**
 * One provider. What becomes of a request depends on the seed, the request's number and how often it came here before,
 * not on time or order. Text names provider, key, request and attempt in every word, so that nothing can be mixed unseen.
 * Made of the simulator's sockets, without its checks: it says what no script of the simulator can, and is fast.
 */
export async function startChaosUpstream(options: ChaosUpstreamOptions): Promise<ChaosUpstream> {
  const resting = new Map<string, Readonly<{ fault: FaultName; untilMs: number }>>();
  const sockets = new Set<Socket>();

  function faultOf(request: number, nth: number, key: string, stream: boolean): Hit["fault"] {
    const scene = options.scene(key);
    if (scene !== undefined) return scene;
    const nowMs = performance.now();
    const rest = resting.get(key);
    if (rest !== undefined && nowMs < rest.untilMs) return rest.fault;
    const fault = faultFor(roll(options, `${request}/${nth}`) * 100, stream);
    // A 429 that names no time takes a key out for a minute, and longer each time: that is for one key of the three.
    const meant = fault === "429" && !key.endsWith("3") ? "429 100 ms" : fault;
    const restMs = restMsOf(meant);
    if (meant !== undefined && restMs !== undefined) resting.set(key, { fault: meant, untilMs: nowMs + restMs });
    return meant;
  }

  async function answer(http: HttpRequest): Promise<Answer> {
    const key = (http.headers["authorization"]?.replace("Bearer ", "") ?? http.headers["x-api-key"] ?? "").slice(3);
    if (http.method !== "POST") return said({ reply: models, behaviour: {} });
    const body = Buffer.from(http.body).toString("utf8");
    const request = Number(/request (\d+)\./.exec(body)?.[1] ?? Number.NaN);
    const stream = body.includes('"stream":true');
    const nth = options.hits.count(request, options.provider) + 1;
    const fault = faultOf(request, nth, key, stream);
    const text = textOf({ provider: options.provider, key, request, nth });
    options.hits.add({ provider: options.provider, key, request, nth, atMs: performance.now(), fault, text });
    const good = textAnswer({ format: options.format, stream, model: "chaos", text });
    return said(fault === "401" ? { reply: refusal, behaviour: {} } : applied(fault, good, options.format));
  }

  function said({ reply, behaviour }: Said): Answer {
    return { steps: answerSteps(reply, behaviour, errorFrame(options.format)), reuse: "serve" };
  }

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    serveConnection(socket, answer);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" ? address?.port : address}`,
    stop: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

const json = { "content-type": "application/json" };
const refusal: Reply = {
  status: 401,
  headers: json,
  body: { kind: "whole", bytes: '{"type":"error","error":{"type":"authentication_error","message":"invalid key"}}' },
};
/** For the gateway's own look at its providers. */
const models: Reply = { status: 200, headers: json, body: { kind: "whole", bytes: '{"object":"list","data":[]}' } };

/** In [0, 1). */
function roll({ seed, provider }: ChaosUpstreamOptions, what: string): number {
  return Number(Bun.hash.wyhash(`${provider}/${what}`, BigInt(seed)) % 1_000_000n) / 1_000_000;
}

function textOf({ provider, key, request, nth }: Pick<Hit, "provider" | "key" | "request" | "nth">): string {
  const words = 8 + (request % 25);
  return Array.from({ length: words }, (_, at) => `${provider}:${key}:r${request}:a${nth}:${at}/${words}`).join(" ");
}
