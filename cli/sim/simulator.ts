import { createServer, type Socket } from "node:net";
import { answerApi } from "./answer-api.ts";
import { answerControl, controlPrefix } from "./answer-control.ts";
import { decodeBody } from "./decode-body.ts";
import type { HttpRequest } from "./http/http-request.ts";
import { serveConnection } from "./http/serve-connection.ts";
import type { Answer } from "./http/step.ts";
import type { Reply } from "./reply.ts";
import type { RecordedRequest } from "./request-log.ts";
import { readScript, type Script } from "./script/script.ts";
import { scriptedProblem } from "./script/scripted-reply.ts";
import { clearState, freshState, type Settings, type State } from "./state.ts";
import { answerSteps } from "./transport/answer-steps.ts";

export type SimulatorOptions = Readonly<{
  /** 0, the default, takes a free port. */
  port?: number;
  /** 127.0.0.1 unless given. */
  host?: string;
  /** The only key the OpenAI endpoints accept; without it any key will do. */
  openaiKey?: string;
  /** The only key the Anthropic endpoints accept; without it any key will do. */
  anthropicKey?: string;
  /** The only key the Gemini endpoints accept; without it any key will do. */
  geminiKey?: string;
  /** The only models offered, by every vendor; without it any name that is not plainly another vendor's. */
  models?: readonly string[];
  /** The clock, in milliseconds since the epoch. */
  now?: () => number;
  /** Called when an answer is complete or the client has gone. */
  onRequest?: (request: RecordedRequest) => void;
}>;

export type Simulator = Readonly<{
  /** Base URL of the OpenAI API, without `/v1`. */
  openaiUrl: string;
  /** Base URL of the Anthropic API, without `/v1`; the same server. */
  anthropicUrl: string;
  /** Base URL of the Gemini API, without `/v1beta`; the same server. */
  geminiUrl: string;
  port: number;
  /** Requests to the APIs, oldest first; a live list. */
  requests: readonly RecordedRequest[];
  /** Adds scripts behind those already there. Throws a TypeError that names what is wrong with one. */
  script(...scripts: readonly Script[]): void;
  /** Forgets scripts, recorded requests, cached prompts and everything kept for callers. */
  reset(): void;
  /** Stops listening and drops every connection. */
  stop(): Promise<void>;
}>;

const backlog = 4096;

/** Starts the simulated OpenAI, Anthropic and Gemini APIs on one loopback port. Rejects when the port is taken. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const state = freshState(settingsOf(options));
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    serveConnection(socket, (request, gone) => answer(request, gone, state, options.onRequest));
  });
  const host = options.host ?? "127.0.0.1";
  const port = await new Promise<number>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port: options.port ?? 0, host, backlog }, () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
  return {
    openaiUrl: url,
    anthropicUrl: url,
    geminiUrl: url,
    port,
    requests: state.log.entries,
    script: (...scripts) => addScripts(scripts, state),
    reset: () => clearState(state),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function settingsOf(options: SimulatorOptions): Settings {
  return {
    keys: { openai: options.openaiKey, anthropic: options.anthropicKey, gemini: options.geminiKey },
    models: options.models,
    now: options.now ?? Date.now,
  };
}

function addScripts(scripts: readonly Script[], state: State): void {
  for (const script of scripts) {
    const read = readScript(script);
    if (!read.ok) throw new TypeError(read.message);
    state.scripts.add(read.value);
  }
}

async function answer(
  request: HttpRequest,
  gone: AbortSignal,
  state: State,
  onRequest: SimulatorOptions["onRequest"],
): Promise<Answer> {
  if (request.target.startsWith(controlPrefix)) {
    return { steps: answerSteps(answerControl(request, state), {}, { data: "" }), reuse: "serve" };
  }
  const body = await bodyText(request);
  const entry = state.log.open(request, body);
  const now = {
    createdAt: Math.floor(entry.atMs / 1000),
    requestId: `req_sim${String(entry.number).padStart(21, "0")}`,
  };
  const { vendor, reply: full, behaviour } = await answerApi(request, state, now);
  const reply: Reply = request.method === "HEAD" ? { ...full, body: { kind: "whole", bytes: "" } } : full;
  entry.status = reply.status;
  const errorFrame = vendor.errorFrame(scriptedProblem(behaviour, vendor, behaviour.status ?? 500), now);
  async function* steps() {
    try {
      yield* answerSteps(reply, behaviour, errorFrame);
    } finally {
      // Also reached when the client leaves, and when a script ends the connection by force: only the first is early.
      if (gone.aborted) entry.closedEarlyAtMs = state.settings.now();
      else entry.completedAtMs = state.settings.now();
      onRequest?.(entry);
    }
  }
  return { steps: steps(), reuse: behaviour.reuse ?? "serve" };
}

async function bodyText(request: HttpRequest): Promise<string> {
  const bytes = await decodeBody(request.body, request.headers["content-encoding"]).catch(() => "");
  return typeof bytes === "string" ? bytes : new TextDecoder().decode(bytes);
}
