import { expect } from "bun:test";
import type { WireFormat } from "../../../runtime/contract.ts";
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

/** How each upstream is asked to reason. */
const asked = {
  "openai-chat": { reasoning_effort: expect.any(String) },
  "openai-responses": { reasoning: { effort: expect.any(String) }, include: ["reasoning.encrypted_content"] },
  "anthropic-messages": { thinking: { type: "enabled" } },
  gemini: { generationConfig: { thinkingConfig: expect.anything() } },
} as const satisfies Record<WireFormat, object>;

/** Its own state, directly before the call it belongs to. */
const returned = {
  "openai-responses": /"type":"reasoning".*"encrypted_content":"[^"]+".*"type":"function_call".*"function_call_output"/,
  "anthropic-messages": /"type":"thinking".*"signature":"[^"]+".*"type":"tool_use".*"tool_result"/,
  gemini: /("thoughtSignature":"[^"]+".*"functionCall"|"functionCall".*"thoughtSignature":"[^"]+").*"functionResponse"/,
} as const satisfies Partial<Record<WireFormat, RegExp>>;

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
        expect(first?.json).toMatchObject(asked[stage.upstream]);
        // A Chat upstream has nothing to send back; every other refuses state it did not make for exactly this turn.
        if (stage.upstream === "openai-chat") {
          expect(JSON.stringify(second?.json)).not.toContain("signature");
          return;
        }
        // Chat clients ask for effort only, and these upstreams show their thoughts to who asks to see them.
        const isHidden = stage.sdk.wire === "openai-chat" && /responses|gemini/.test(stage.upstream);
        if (!isHidden) expect(called.thinking).not.toBe("");
        const sent = JSON.stringify(second?.json);
        expect(sent).toMatch(returned[stage.upstream]);
        expect(sent).not.toMatch(/"(ar1\.|YXIxL)/);
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
      expect(onlyRequest(stage).json).toMatchObject(asked[stage.upstream]);
    },
  },
];
