import { expect } from "bun:test";
import { inEveryWay, onlyRequest, type Scenario } from "../scenario.ts";
import type { Ask } from "../sdk.ts";

const hello = (model: string): Ask => ({ model, turns: [{ role: "user", text: "hello" }] });

/** Two, three and four byte characters, quotes, control characters and a line end that JSON need not escape. */
const hardText = `Grüße, 日本語, 👩‍👩‍👧, "quoted" \\ \n\t\u2028 ${"long ".repeat(500)}`;

/** Laid over the upstream's usage; both say 20 + 1000 + 300 prompt tokens, or 1320 that include 1000 cached ones. */
const cachedUsage = {
  "openai-chat": {
    prompt_tokens: 1320,
    completion_tokens: 50,
    total_tokens: 1370,
    prompt_tokens_details: { cached_tokens: 1000, cache_write_tokens: 300, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 30 },
  },
  "anthropic-messages": {
    input_tokens: 20,
    cache_read_input_tokens: 1000,
    cache_creation_input_tokens: 300,
    output_tokens: 50,
    output_tokens_details: { thinking_tokens: 30 },
  },
} as const;

export const text: readonly Scenario[] = [
  ...inEveryWay("R11 R12 R15 R16 R18 R19 R20 text", async (stage, answer) => {
    const { model } = stage;
    const got = await answer({ ...hello(model), system: "Be brief." });
    expect(got).toMatchObject({ text: "You said: hello", stop: "stop", model, toolCalls: [], thinking: "" });
    expect(got.refusal).toBeUndefined();
    expect(got.id).toMatch(stage.sdk.wire === "openai-chat" ? /^chatcmpl-\w+/ : /^msg_\w+/);
    const request = onlyRequest(stage);
    expect(request.path).toBe(stage.upstream === "openai-chat" ? "/v1/chat/completions" : "/v1/messages");
    if (stage.upstream === "openai-chat") {
      expect(request.json).toMatchObject({
        model,
        messages: [{ content: "Be brief." }, { role: "user", content: "hello" }],
      });
    } else {
      expect(request.json).toMatchObject({ model, messages: [{ role: "user", content: expect.anything() }] });
      expect(JSON.stringify(request.json)).toContain('"Be brief."');
    }
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
    expect(second?.json).toMatchObject({ messages: [{ role: "user" }, { role: "assistant" }, { role: "user" }] });
    expect(JSON.stringify(second?.json)).toContain("You said: one");
  }),

  ...inEveryWay("R15 R20 any text, cut anywhere by the network", async (stage, answer) => {
    stage.script({ text: hardText, writeBytes: 7 });
    expect((await answer(hello(stage.model))).text).toBe(hardText);
  }),

  ...inEveryWay("R20 an answer cut by the token limit says so", async (stage, answer) => {
    const got = await answer({ model: stage.model, maxTokens: 3, turns: [{ role: "user", text: "count to ten" }] });
    expect(got.stop).toBe("length");
    expect("You said: count to ten").toStartWith(got.text);
    const limit =
      stage.upstream === "openai-chat" && stage.sdk.wire === "openai-chat" ? { max_completion_tokens: 3 } : {};
    expect(onlyRequest(stage).json).toMatchObject(stage.upstream === "anthropic-messages" ? { max_tokens: 3 } : limit);
  }),

  ...inEveryWay("R19 R20 a stop sequence ends the answer", async (stage, answer) => {
    const got = await answer({ model: stage.model, stop: ["STOP"], turns: [{ role: "user", text: "one STOP two" }] });
    expect(got).toMatchObject({ text: "You said: one ", stop: "stop" });
    const sent = stage.upstream === "openai-chat" ? { stop: ["STOP"] } : { stop_sequences: ["STOP"] };
    expect(onlyRequest(stage).json).toMatchObject(sent);
  }),

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
    // The Messages API has such turns since 2026 only.
    appliesTo: (sdk) => !sdk.startsWith("anthropic 0."),
    run: async (stage) => {
      const turns = [
        { role: "user", text: "one" },
        { role: "system", text: "From now on be terse." },
      ] as const;
      // Of the Claude models only the newer ones have such turns, too.
      const model = stage.upstream === "openai-chat" ? stage.model : "claude-opus-5";
      await stage.sdk.create({ model, turns: [...turns] });
      const sent = JSON.stringify(onlyRequest(stage).json);
      expect(sent.indexOf("From now on be terse.")).toBeGreaterThan(sent.indexOf('"one"'));
    },
  },
];
