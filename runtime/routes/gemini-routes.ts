import type { Hono } from "hono";
import { dryRun } from "../request/dry-run.ts";
import { handle } from "../request/handle.ts";
import type { Connection } from "../server/app.ts";
import type { Dependencies } from "../server/dependencies.ts";
import { countGemini } from "../side-calls/count-codecs.ts";
import { batchEmbedContents, embedContent } from "../side-calls/embedding-codecs.ts";
import type { ClientCodec } from "../wire/codec.ts";
import { codecs } from "../wire/formats.ts";
import { asJsonArray } from "./as-json-array.ts";
import { type GeminiCall, geminiCall } from "./gemini-call.ts";
import { unknownRoute } from "./unknown-route.ts";

const codecOf = {
  generate: codecs.gemini,
  count: countGemini,
  embed: embedContent,
  "batch-embed": batchEmbedContents,
} as const satisfies Record<GeminiCall["kind"], ClientCodec>;

/** Calls of models by Google's API, whose path names model and method. `@google/genai` 3 calls `/v1`, earlier ones `/v1beta`. */
export function addGeminiRoutes(app: Hono<{ Bindings: Connection }>, deps: Dependencies): void {
  for (const version of ["/v1beta", "/v1"]) {
    for (const path of [`${version}/models/*`, `${version}/:call{.+:[a-zA-Z]+}`]) {
      app.post(path, async ({ req, env }) => {
        const call = geminiCall(req.path);
        if (call === undefined) return unknownRoute(app, req.raw, req.path, deps);
        const { address } = call;
        const reply = await handle(
          { request: req.raw, codec: codecOf[call.kind], address, keepOpen: env.keepOpen },
          deps,
        );
        return req.query("alt") === "sse" ? reply : asJsonArray(reply);
      });
    }
  }
  app.post("/dry-run/v1beta/models/*", ({ req, env }) => {
    const call = geminiCall(req.path.slice("/dry-run".length));
    if (call === undefined) return unknownRoute(app, req.raw, req.path, deps);
    const { address } = call;
    return dryRun({ request: req.raw, codec: codecOf[call.kind], address, keepOpen: env.keepOpen }, deps);
  });
}
