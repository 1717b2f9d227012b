import { describe, expect, test } from "bun:test";
import type { WireFormat } from "../../runtime/contract.ts";
import { packOpaque } from "../../runtime/wire/carrier.ts";
import { withoutForeignHistory } from "../../runtime/wire/foreign-history.ts";
import { target } from "../support/canonical.ts";

const foreign = packOpaque({ from: "anthropic-messages", data: "S" });

function cleaned(format: WireFormat, body: object, model = "m"): unknown {
  const changes = withoutForeignHistory(new TextEncoder().encode(JSON.stringify(body)), format, target(model, false));
  return changes && Object.fromEntries(Object.entries(changes).map(([name, text]) => [name, text && JSON.parse(text)]));
}

describe("R349 what models of other vendors left in a history does not reach the vendor of the client's own API", () => {
  test("Chat Completions: reasoning in fields of other servers", () => {
    const details = [{ type: "reasoning.text", text: "t", signature: foreign, index: 0 }];
    const call = { id: "a", type: "function", function: { name: "f", arguments: "{}" } };
    const said = { role: "assistant", content: null, reasoning_content: "t", reasoning_details: details };
    const messages = [
      { role: "user", content: "hi" },
      { ...said, tool_calls: [{ ...call, extra_content: { google: {} } }] },
    ];
    expect(cleaned("openai-chat", { messages })).toEqual({
      messages: [
        { role: "user", content: "hi" },
        { role: "assistant", content: null, tool_calls: [call] },
      ],
    });
  });

  test("Chat Completions: a server that wants its reasoning back gets it", () => {
    const messages = [{ role: "assistant", content: "x", reasoning_content: "mine" }];
    const bytes = new TextEncoder().encode(JSON.stringify({ messages }));
    const { dialect, model } = target("deepseek-reasoner", false);
    const wanting = { model, dialect: { ...dialect, reasoningField: "reasoning_content" } } as const;
    expect(withoutForeignHistory(bytes, "openai-chat", wanting)).toBeUndefined();
    expect(withoutForeignHistory(bytes, "openai-chat", { model, dialect })).toEqual({
      messages: JSON.stringify([{ role: "assistant", content: "x" }]),
    });
  });

  test("Chat Completions: a server that wants its reasoning back gets nothing of what others signed", () => {
    const details = [{ type: "reasoning.text", text: "t", signature: foreign }];
    const call = { id: "c", type: "function", function: { name: "f", arguments: "{}" } };
    const theirs = {
      role: "assistant",
      reasoning_content: "t",
      reasoning: "t",
      reasoning_details: details,
      tool_calls: [{ ...call, extra_content: { google: { thought_signature: foreign } } }],
    };
    const unsigned = { role: "assistant", content: "x", reasoning_content: "mine", reasoning: "mine" };
    const bytes = new TextEncoder().encode(JSON.stringify({ messages: [theirs, unsigned] }));
    const { dialect, model } = target("deepseek-reasoner", false);
    const wanting = (reasoningField: "reasoning_content" | "reasoning_details") =>
      JSON.parse(
        withoutForeignHistory(bytes, "openai-chat", { model, dialect: { ...dialect, reasoningField } })?.["messages"] ??
          "",
      );
    const cleanedCall = { role: "assistant", tool_calls: [call] };
    expect(wanting("reasoning_content")).toEqual([
      cleanedCall,
      { role: "assistant", content: "x", reasoning_content: "mine" },
    ]);
    expect(wanting("reasoning_details")).toEqual([cleanedCall, unsigned]);
  });

  test("Responses: reasoning items", () => {
    const own = { type: "reasoning", id: "rs_1", summary: [], encrypted_content: "gAAA" };
    const call = { type: "function_call", call_id: "a", name: "f", arguments: "{}" };
    const other = { type: "reasoning", id: "rs_2", summary: [], encrypted_content: foreign };
    expect(cleaned("openai-responses", { input: [own, call, other] })).toEqual({ input: [own, call] });
    expect(cleaned("openai-responses", { input: [own, call] })).toBeUndefined();
    const stored = { type: "reasoning", id: `rs_${"0a".repeat(25)}`, summary: [] };
    const unsigned = { type: "reasoning", id: `rs_${"0a".repeat(16)}`, summary: [{ type: "summary_text", text: "t" }] };
    expect(cleaned("openai-responses", { input: [stored, unsigned, call] })).toEqual({ input: [stored, call] });
    expect(cleaned("openai-responses", { input: [stored, call] })).toBeUndefined();
  });

  test("Messages: thinking that the vendor did not sign", () => {
    const own = { type: "thinking", thinking: "t", signature: "EqQ" };
    const use = { type: "tool_use", id: "a", name: "f", input: {} };
    const others = [
      { type: "thinking", thinking: "t", signature: foreign },
      { type: "thinking", thinking: "t", signature: "" },
      { type: "redacted_thinking", data: foreign },
    ];
    const body = { messages: [{ role: "assistant", content: [...others, own, use] }] };
    expect(cleaned("anthropic-messages", body)).toEqual({ messages: [{ role: "assistant", content: [own, use] }] });
  });

  test("Messages: a model that thinks by a budget does not think where its last calls have no thinking left", () => {
    const use = { type: "tool_use", id: "a", name: "f", input: {} };
    const thinking = { type: "thinking", thinking: "t", signature: foreign };
    const messages = [{ role: "assistant", content: [thinking, use] }];
    const bytes = new TextEncoder().encode(JSON.stringify({ thinking: { type: "enabled" }, messages }));
    const changes = withoutForeignHistory(bytes, "anthropic-messages", target("claude-opus-4-5"));
    expect(changes).toEqual({ thinking: undefined, messages: JSON.stringify([{ role: "assistant", content: [use] }]) });
  });

  test("Gemini: thoughts go, and calls that nobody signed are passed off as such from the third generation on", () => {
    const call = { functionCall: { id: "a", name: "f", args: {} } };
    const thought = { text: "", thought: true, thoughtSignature: btoa(foreign) };
    const body = { contents: [{ role: "model", parts: [thought, call, call] }] };
    const signed = { ...call, thoughtSignature: "skip_thought_signature_validator" };
    expect(cleaned("gemini", body, "gemini-3-pro")).toEqual({ contents: [{ role: "model", parts: [signed, call] }] });
    expect(cleaned("gemini", body, "gemini-2.5-pro")).toEqual({ contents: [{ role: "model", parts: [call, call] }] });
    const own = { contents: [{ role: "model", parts: [{ ...call, thoughtSignature: "Sig" }, call] }] };
    expect(cleaned("gemini", own, "gemini-3-pro")).toBeUndefined();
  });

  test("Gemini: texts that are left in the history lose what another vendor signed", () => {
    for (const thoughtSignature of [btoa(foreign), foreign]) {
      const contents = [{ role: "model", parts: [{ text: "hi", thoughtSignature }] }];
      expect(cleaned("gemini", { contents })).toEqual({ contents: [{ role: "model", parts: [{ text: "hi" }] }] });
    }
  });
});
