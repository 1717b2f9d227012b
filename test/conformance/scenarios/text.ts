import { expect } from "bun:test";
import type { WireFormat } from "../../../runtime/contract.ts";
import { inEveryWay, onlyRequest, type Scenario } from "../scenario.ts";
import type { Ask } from "../sdk.ts";
import { rolesSent } from "../sent.ts";
import { cachedUsage } from "./cached-usage.ts";

const hello = (model: string): Ask => ({ model, turns: [{ role: "user", text: "hello" }] });

/** Two, three and four byte characters, quotes, control characters and a line end that JSON need not escape. */
const hardText = `Grüße, 日本語, 👩‍👩‍👧, "quoted" \\ \n\t\u2028 ${"long ".repeat(500)}`;

const idShapes = {
  "openai-chat": /^chatcmpl-\w+/,
  "openai-responses": /^resp_\w+/,
  "anthropic-messages": /^msg_\w+/,
  gemini: /^\w+/,
} as const satisfies Record<WireFormat, RegExp>;

const paths = {
  "openai-chat": /^\/v1\/chat\/completions$/,
  "openai-responses": /^\/v1\/responses$/,
  "anthropic-messages": /^\/v1\/messages$/,
  gemini: /^\/v1(beta)?\/models\/gemini-2\.5-flash:(generateContent|streamGenerateContent)$/,
} as const satisfies Record<WireFormat, RegExp>;

const limitSent = {
  "openai-chat": /"max_(completion_)?tokens":16\b/,
  "openai-responses": /"max_output_tokens":16\b/,
  "anthropic-messages": /"max_tokens":16\b/,
  gemini: /"maxOutputTokens":16\b/,
} as const satisfies Record<WireFormat, RegExp>;

/** The Responses API has no field for it, so the gateway stops there itself. */
const stopSent = {
  "openai-chat": { stop: ["STOP"] },
  "openai-responses": {},
  "anthropic-messages": { stop_sequences: ["STOP"] },
  gemini: { generationConfig: { stopSequences: ["STOP"] } },
} as const satisfies Record<WireFormat, object>;

export const text: readonly Scenario[] = [
  ...inEveryWay("R11 R12 R15 R16 R18 R19 R20 text", async (stage, answer) => {
    const got = await answer({ ...hello(stage.model), system: "Be brief." });
    const model = stage.model.slice(stage.model.indexOf("/") + 1);
    expect(got).toMatchObject({ text: "You said: hello", stop: "stop", model, toolCalls: [], thinking: "" });
    expect(got.refusal).toBeUndefined();
    expect(got.id).toMatch(idShapes[stage.sdk.wire]);
    const { path, json } = onlyRequest(stage);
    expect(path.split("?")[0]).toMatch(paths[stage.upstream]);
    expect(JSON.stringify(json)).toContain('"Be brief."');
    expect(rolesSent(stage.upstream, json)).toEqual(["user"]);
  }),

  ...inEveryWay("R20 a conversation goes on with the SDK's own answer", async (stage, answer) => {
    const first = { role: "user", text: "one" } as const;
    const reply = await answer({ model: stage.model, turns: [first] });
    const got = await answer({
      model: stage.model,
      turns: [first, { role: "assistant", answer: reply }, { role: "user", text: "two" }],
    });
    expect(got.text).toBe("You said: two");
    const [, second] = stage.received();
    expect(rolesSent(stage.upstream, second?.json)).toEqual(["user", "assistant", "user"]);
    expect(JSON.stringify(second?.json)).toContain("You said: one");
  }),

  ...inEveryWay("R15 R20 any text, cut anywhere by the network", async (stage, answer) => {
    stage.script({ text: hardText, writeBytes: 7 });
    expect((await answer(hello(stage.model))).text).toBe(hardText);
  }),

  ...inEveryWay("R20 an answer cut by the token limit says so", async (stage, answer) => {
    const counted = Array.from({ length: 60 }, (_, n) => `number ${n}`).join(", ");
    // The Responses API takes no smaller limit.
    const got = await answer({ model: stage.model, maxTokens: 16, turns: [{ role: "user", text: counted }] });
    expect(got.stop).toBe("length");
    expect(`You said: ${counted}`).toStartWith(got.text);
    expect(JSON.stringify(onlyRequest(stage).json)).toMatch(limitSent[stage.upstream]);
  }),

  ...inEveryWay("R19 R20 a stop sequence ends the answer", async (stage, answer) => {
    const got = await answer({ model: stage.model, stop: ["STOP"], turns: [{ role: "user", text: "one STOP two" }] });
    expect(got).toMatchObject({ text: "You said: one ", stop: "stop" });
    expect(onlyRequest(stage).json).toMatchObject(stopSent[stage.upstream]);
  }).map((scenario) => ({ ...scenario, appliesTo: (sdk: string) => !sdk.endsWith("responses") })),

  ...inEveryWay("R20 a refusal arrives as the client's own kind of refusal", async (stage, answer) => {
    const got = await answer({ model: stage.model, turns: [{ role: "user", text: "please refuse" }] });
    expect(got.stop).toBe("refusal");
    expect(got.refusal).not.toBe("");
    expect(got.refusal).toBeString();
  }),

  ...inEveryWay("R20 usage counts cached and reasoning tokens once", async (stage, answer) => {
    stage.script({ text: "ok", usage: cachedUsage[stage.upstream] });
    const got = await answer(hello(stage.model));
    expect(got.usage).toEqual({ input: 1320, cached: 1000, output: 50, reasoning: 30 });
  }),

  {
    title: "R65 R71 the model of the README's first example",
    upstream: "anthropic-messages",
    run: async (stage) => {
      const model = "claude-sonnet-4-5-20250929";
      expect(await stage.sdk.create(hello(model))).toMatchObject({ text: "You said: hello", model });
      expect(onlyRequest(stage)).toMatchObject({ path: "/v1/messages", json: { model } });
    },
  },

  {
    title: "R15 R16 buffered and streamed answers are the same",
    run: async ({ sdk, model }) => {
      const whole = await sdk.create(hello(model));
      for (const streamed of [await sdk.iterate(hello(model)), await sdk.helper(hello(model))]) {
        expect({ ...streamed, id: "", message: {} }).toEqual({ ...whole, id: "", message: {} });
      }
    },
  },

  {
    title: "R19 system text after the conversation began keeps its place",
    // The Messages API has such turns since 2026 only, Gemini's has none.
    appliesTo: (sdk) => !sdk.startsWith("anthropic 0.") && !sdk.startsWith("google"),
    run: async (stage) => {
      const turns = [
        { role: "user", text: "one" },
        { role: "system", text: "From now on be terse." },
      ] as const;
      // Of the Claude models only the newer ones have such turns, too.
      const model = stage.upstream === "anthropic-messages" ? "claude-opus-5" : stage.model;
      await stage.sdk.create({ model, turns: [...turns] });
      const sent = JSON.stringify(onlyRequest(stage).json);
      expect(sent.indexOf("From now on be terse.")).toBeGreaterThan(sent.indexOf('"one"'));
    },
  },
];
