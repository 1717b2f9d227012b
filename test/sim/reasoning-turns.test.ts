import { afterAll, beforeAll, expect, test } from "bun:test";
import { type Simulator, startSimulator } from "../../cli/sim/simulator.ts";

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.stop());

const model = "deepseek-v4-pro";
const asks = { role: "user", content: "Look it up." };
const tool = { type: "function", function: { name: "look", parameters: { type: "object" } } };

async function ask(body: object) {
  const response = await fetch(`${simulator.openaiUrl}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: "Bearer any", "content-type": "application/json" },
    body: JSON.stringify({ model, tools: [tool], ...body }),
  });
  const text = await response.text();
  return { status: response.status, text };
}

async function called() {
  simulator.script({ do: { thinking: "Where?", toolCalls: [{ name: "look", arguments: "{}" }] }, times: 1 });
  const { text } = await ask({ messages: [asks] });
  const { message } = JSON.parse(text).choices[0];
  return { message, result: { role: "tool", tool_call_id: message.tool_calls[0].id, content: "there" } };
}

test("a model that shows its reasoning wants it back with the calls, as it was", async () => {
  const { message, result } = await called();
  expect(message.reasoning_content).toBe("Where?");
  const again = (more: object) => ask({ messages: [asks, { ...message, ...more }, result] });
  expect((await again({})).status).toBe(200);
  for (const reasoning_content of [undefined, null, "", "Here?"]) {
    const { status, text } = await again({ reasoning_content });
    expect([status, JSON.parse(text).error.message]).toEqual([
      400,
      "Missing `reasoning_content` field in the assistant message at message index 1.",
    ]);
  }
});

test("calls of another model have it empty at least; other models know no such member", async () => {
  const call = { id: "call_1", type: "function", function: { name: "look", arguments: "{}" } };
  const foreign = { role: "assistant", content: null, tool_calls: [call] };
  const result = { role: "tool", tool_call_id: "call_1", content: "there" };
  const history = (more: object) => ({ messages: [asks, { ...foreign, ...more }, result] });
  expect((await ask(history({}))).status).toBe(400);
  expect((await ask(history({ reasoning_content: "" }))).status).toBe(200);
  expect((await ask({ ...history({ reasoning_content: "" }), model: "gpt-4o" })).status).toBe(400);
});

test("a stream shows it before the call", async () => {
  simulator.script({ do: { thinking: "Where?", toolCalls: [{ name: "look", arguments: "{}" }] }, times: 1 });
  const { text } = await ask({ messages: [asks], stream: true });
  const parts = [...text.matchAll(/"reasoning_content":"([^"]*)"/g)].map(([, part]) => part);
  expect(parts.join("")).toBe("Where?");
  expect(text.indexOf('"tool_calls"')).toBeGreaterThan(text.lastIndexOf('"reasoning_content"'));
});
