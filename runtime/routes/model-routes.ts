import type { Hono } from "hono";
import { dryRun } from "../request/dry-run.ts";
import { handle, type ModelCall } from "../request/handle.ts";
import { forOpenRouter, isOpenRouter } from "../request/open-router.ts";
import type { Connection } from "../server/app.ts";
import type { Dependencies } from "../server/dependencies.ts";
import { countMessages } from "../side-calls/count-codecs.ts";
import { openaiEmbeddings } from "../side-calls/embedding-codecs.ts";
import type { ClientCodec } from "../wire/codec.ts";
import { codecs } from "../wire/formats.ts";
import { openaiCompletions } from "../wire/openai-completions/codec.ts";

/** The APIs whose body names the model. */
const bodyAddressed: readonly ClientCodec[] = [
  codecs["openai-chat"],
  openaiCompletions,
  codecs["anthropic-messages"],
  countMessages,
  openaiEmbeddings,
];

/** Calls of models, but for those of Google's API and `POST /v1/responses`. Each has a dry run beside it. */
export function addModelRoutes(app: Hono<{ Bindings: Connection }>, deps: Dependencies): void {
  for (const codec of bodyAddressed) {
    app.post(`/dry-run${codec.path}`, ({ req, env }) => dryRun(callOf(req.raw, codec, env), deps));
    app.post(codec.path, ({ req, env }) => handle(callOf(req.raw, codec, env), deps));
  }
}

/** A call whose body names the model. */
export function callOf(request: Request, codec: ClientCodec, { keepOpen }: Connection): ModelCall {
  const own = isOpenRouter(request) ? forOpenRouter(codec) : codec;
  return { request, codec: own, address: undefined, keepOpen };
}
