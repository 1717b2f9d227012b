import { expect, test } from "bun:test";
import { surfaceAt } from "../../../compiler/lint/surface-at.ts";
import type { Endpoint, Provider, Surface, WireFormat } from "../../../runtime/contract.ts";
import { clientCodecs } from "../../../runtime/request/client-codecs.ts";
import { pickSurface } from "../../../runtime/upstream/pick-surface.ts";
import { routerIR } from "../../support/router-ir.ts";

const formats: readonly WireFormat[] = ["openai-chat", "openai-responses", "anthropic-messages", "gemini"];
const endpoints: readonly Exclude<Endpoint, "embeddings">[] = [
  "chat_completions",
  "completions",
  "responses",
  "messages",
  "generate_content",
];
const models = ["gpt-4o", "gpt-5-pro", "openai/o3-pro", "gpt-5-codex", "o4-mini", "claude-opus-5", "production-gpt"];

/** Providers with every set of APIs, each of them once the main one. */
function providers(): readonly Provider[] {
  const { openai } = routerIR([]).catalog.providers;
  if (openai === undefined) throw new Error("routerIR has no openai");
  const sets = Array.from({ length: 2 ** formats.length }, (_, bits) =>
    formats.filter((_, at) => (bits >> at) % 2 === 1),
  );
  return sets.flatMap((set) =>
    set.map((main) => {
      const also: readonly Surface[] = set.filter((one) => one !== main).map((format) => ({ ...openai, format }));
      return { ...openai, format: main, also };
    }),
  );
}

test("findings look at the API that the gateway sends a request over", () => {
  const all = providers();
  expect(all).toHaveLength(32);
  for (const provider of all) {
    for (const endpoint of endpoints) {
      for (const model of models) {
        const picked = pickSurface(provider, clientCodecs[endpoint].format, model);
        expect(surfaceAt(provider, endpoint, model)).toBe(picked);
      }
    }
  }
});

test("embeddings go to no API of conversations", () => {
  expect(providers().map((provider) => surfaceAt(provider, "embeddings", "gpt-4o"))).toEqual(
    Array.from({ length: 32 }, () => undefined),
  );
});
