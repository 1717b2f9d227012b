import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { columns } from "./columns.ts";
import type { Answer, Ask, Tool, Turn } from "./sdk.ts";
import { upstreams as vendors } from "./upstreams.ts";

/**
 * An agent that thinks and calls two tools at once in every turn, for ten turns. The simulated vendors refuse a turn that
 * lacks, changes or misplaces anything they signed, and any call without its result.
 */
const rounds = 10;
/** Signs nothing, and refuses calls without the reasoning that led to them. */
const deepseek = { upstream: "DeepSeek", thinkingModel: "deepseek/deepseek-v4-pro" } as const;
const provider = {
  id: "deepseek",
  lines: `type = "openai"
max_tokens_field = "max_tokens"
effort_field = "thinking"
reasoning_field = "reasoning_content"
reasoning_required = true`,
};
const upstreams = [...vendors, deepseek];
const switchAt = 5;

const tool = (name: string): Tool => ({
  name,
  description: `Does ${name}`,
  parameters: {
    type: "object",
    properties: { step: { type: "integer" } },
    required: ["step"],
    additionalProperties: false,
  },
});
const tools = [tool("read"), tool("write")];

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ provider });
});
afterAll(() => gateway.stop());
beforeEach(() => gateway.forget());

/** Ten turns, the first five with one model. `keep` is what the client keeps of an answer. */
async function loop(
  column: (typeof columns)[number],
  [first, second]: readonly [string, string],
  keep = (answer: Answer) => answer,
): Promise<void> {
  const sdk = column.connect(gateway);
  let turns: readonly Turn[] = [{ role: "user", text: "Go on until you are done." }];
  for (let round = 0; round < rounds; round++) {
    const model = round < switchAt ? first : second;
    const isLast = round === rounds - 1;
    const toolCalls = tools.map(({ name }) => ({ name, arguments: `{"step":${round}}` }));
    const says = isLast ? { text: "All done." } : { toolCalls };
    gateway.script({ do: { thinking: `Thought ${round}.`, ...says }, times: 1 });
    const ask: Ask = { model, thinking: true, tools, turns, maxTokens: 8000 };
    const answer = keep(round % 2 === 0 ? await sdk.create(ask) : await sdk.iterate(ask));
    expect(answer.text).toBe(isLast ? "All done." : "");
    expect(answer.toolCalls.map(({ name, input }) => [name, input])).toEqual(
      isLast ? [] : tools.map(({ name }) => [name, { step: round }]),
    );
    const results = answer.toolCalls.map(({ id, name }) => ({
      callId: id,
      text: `${name} ${round} went well`,
    }));
    turns = [...turns, { role: "assistant", answer }, { role: "tools", results }];
  }
  expect(gateway.received()).toHaveLength(rounds);
  // Every call's id is its own, and what one vendor signed never reaches another.
  for (const { json } of gateway.received()) expect(JSON.stringify(json)).not.toContain("ar1.");
}

for (const column of columns) {
  for (const first of upstreams) {
    describe(`R19 R20 R349 ${column.name}: ten turns with thinking and parallel tools`, () => {
      test.each(upstreams.map((second) => [second.upstream, second] as const))(
        `from ${first.upstream} to %s after five`,
        (_name, second) => loop(column, [first.thinkingModel, second.thinkingModel]),
      );
    });
  }
}

/** What most Chat clients keep of a message: the members that OpenAI's types name. */
function withoutReasoning(answer: Answer): Answer {
  const { role, content, tool_calls } = Object(answer.message);
  return { ...answer, message: { role, content, ...(tool_calls === undefined ? {} : { tool_calls }) } };
}

describe("K11 a Chat client that drops all reasoning", () => {
  test.each(upstreams.flatMap((first) => [[first, deepseek] as const, [deepseek, first] as const]))(
    "goes from $upstream to another",
    async (first, second) => {
      for (const column of columns.filter(({ wire }) => wire === "openai-chat")) {
        await loop(column, [first.thinkingModel, second.thinkingModel], withoutReasoning);
      }
    },
  );
});
