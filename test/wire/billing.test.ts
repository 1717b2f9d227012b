import { describe, expect, test } from "bun:test";
import { billingOf } from "../../runtime/wire/billing.ts";
import type { JsonObject, Usage } from "../../runtime/wire/canonical.ts";
import { emptyAnswerMap } from "../../runtime/wire/codec.ts";
import { codecs } from "../../runtime/wire/formats.ts";

describe("R186 what an upstream says it takes itself, in nano-USD", () => {
  test.each([
    ["OpenRouter", { cost: 0.00014 }, 140_000],
    ["OpenRouter, next to nothing", { cost: 1e-9 }, 1],
    [
      "OpenRouter under a key of the user's own",
      { cost: 0.0001, is_byok: true, cost_details: { upstream_inference_cost: 0.002 } },
      2_100_000,
    ],
    [
      "OpenRouter under its own key",
      { cost: 0.0021, is_byok: false, cost_details: { upstream_inference_cost: 0.002 } },
      2_100_000,
    ],
    ["xAI", { cost_in_usd_ticks: 37_756_000 }, 3_775_600],
    ["Perplexity", { cost: { input_tokens_cost: 0.001, total_cost: 0.0135 } }, 13_500_000],
    ["nothing", { prompt_tokens: 1 }, undefined],
    ["no amount", { cost: "0.1" }, undefined],
    ["less than nothing", { cost: -1 }, undefined],
  ] as const)("%s", (_name, usage: JsonObject, nanos) => {
    expect(billingOf(usage, undefined).reportedNanos).toBe(nanos);
  });
});

test.each([
  ["flex", "flex"],
  ["FLEX", "flex"],
  ["priority", "priority"],
  ["fast", "priority"],
  ["batch", "batch"],
  ["default", undefined],
  ["standard", undefined],
  ["constructor", undefined],
  [null, undefined],
] as const)("the service %p is %p", (word, tier) => {
  expect(billingOf({}, word).serviceTier).toBe(tier);
});

const chunk = { id: "c", object: "chat.completion.chunk", model: "m" };
const chatUsage = { prompt_tokens: 10, completion_tokens: 2, cost: 0.5 };
const inFrames = {
  "openai-chat": [
    { ...chunk, choices: [{ index: 0, delta: { content: "hi" }, finish_reason: "stop" }], service_tier: "flex" },
    { ...chunk, choices: [], usage: chatUsage, service_tier: "flex" },
  ],
  "openai-responses": [
    {
      type: "response.completed",
      response: {
        id: "r",
        status: "completed",
        service_tier: "flex",
        output: [{ type: "web_search_call", id: "w", status: "completed", action: { type: "search", query: "q" } }],
        usage: { input_tokens: 10, output_tokens: 2, cost: 0.5 },
      },
    },
  ],
  "anthropic-messages": [
    {
      type: "message_start",
      message: {
        id: "m",
        model: "m",
        content: [],
        usage: { input_tokens: 10, output_tokens: 1, service_tier: "batch" },
      },
    },
    { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 2 } },
    { type: "message_stop" },
  ],
  gemini: [
    {
      candidates: [{ content: { parts: [{ text: "hi" }] }, finishReason: "STOP" }],
      usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 2, serviceTier: "PRIORITY" },
    },
  ],
} as const;

describe("R186 a stream's service and bill are seen, forwarded or translated", () => {
  test.each([
    ["openai-chat", { serviceTier: "flex", reportedNanos: 500_000_000, output: 2 }],
    ["openai-responses", { serviceTier: "flex", reportedNanos: 500_000_000, output: 2, webSearches: 1 }],
    ["anthropic-messages", { serviceTier: "batch", uncachedInput: 10, output: 2 }],
    ["gemini", { serviceTier: "priority", uncachedInput: 10, output: 2 }],
  ] as const)("%s", (format, expected: Partial<Usage>) => {
    const events = inFrames[format].map((json: JsonObject) => {
      const type = json["type"];
      return { event: typeof type === "string" ? type : undefined, data: JSON.stringify(json) };
    });
    const tap = codecs[format].streamTap();
    for (const event of events) tap.push(event);
    expect(tap.usage()).toMatchObject(expected);
    const reader = codecs[format].streamReader(emptyAnswerMap);
    const told = [...events.flatMap((event) => reader.push(event)), ...reader.end()];
    expect(told.findLast(({ kind }) => kind === "usage")).toMatchObject({ usage: expected });
  });
});
