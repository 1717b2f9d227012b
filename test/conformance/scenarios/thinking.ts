import { expect } from "bun:test";
import { onlyRequest, type Scenario } from "../scenario.ts";
import type { Tool } from "../sdk.ts";

const lookup: Tool = {
  name: "lookup",
  description: "Looks a word up",
  parameters: {
    type: "object",
    properties: { word: { type: "string" } },
    required: ["word"],
    additionalProperties: false,
  },
};

export const thinking: readonly Scenario[] = [
  ...(["create", "iterate"] as const).map(
    (way): Scenario => ({
      title: `R19 R20 reasoning over two turns with a tool (${way})`,
      run: async (stage) => {
        const turns = [{ role: "user", text: "Use lookup please." }] as const;
        const ask = { model: stage.thinkingModel, thinking: true, tools: [lookup], turns, maxTokens: 8000 } as const;
        const called = await stage.sdk[way](ask);
        expect(called.toolCalls.map(({ name }) => name)).toEqual(["lookup"]);
        const results = called.toolCalls.map(({ id }) => ({ callId: id, text: "found" }));
        const done = await stage.sdk[way]({
          ...ask,
          turns: [...turns, { role: "assistant", answer: called }, { role: "tools", results }],
        });
        expect(done.text).toBe('The tools answered: "found"');

        const [first, second] = stage.received();
        if (stage.upstream === "openai-chat") {
          expect(first?.json).toMatchObject({ reasoning_effort: expect.any(String) });
          expect(JSON.stringify(second?.json)).not.toContain("signature");
          return;
        }
        expect(first?.json).toMatchObject({ thinking: { type: "enabled" } });
        // The simulated vendor refuses a signature it did not make for exactly this conversation.
        expect(called.thinking).not.toBe("");
        expect(second?.json).toMatchObject({
          messages: [
            { role: "user" },
            {
              role: "assistant",
              content: [
                { type: "thinking", thinking: called.thinking, signature: expect.stringMatching(/^(?!ar1\.)./) },
                { type: "tool_use", name: "lookup" },
              ],
            },
            { role: "user", content: [{ type: "tool_result" }] },
          ],
        });
      },
    }),
  ),
  {
    title: "R331 asking a model of the other vendor to think is no error",
    run: async (stage) => {
      const ask = {
        model: stage.thinkingModel,
        thinking: true,
        turns: [{ role: "user", text: "hi" }],
        maxTokens: 8000,
      } as const;
      expect((await stage.sdk.helper(ask)).text).toBe("You said: hi");
      const field = stage.upstream === "openai-chat" ? "reasoning_effort" : "thinking";
      expect(onlyRequest(stage).json).toHaveProperty(field);
    },
  },
];
