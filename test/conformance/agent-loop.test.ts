import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { columns } from "./columns.ts";
import type { Ask, Tool, Turn } from "./sdk.ts";
import { upstreams } from "./upstreams.ts";

/**
 * An agent that thinks and calls two tools at once in every turn, for ten turns. The simulated vendors refuse a turn that
 * lacks, changes or misplaces anything they signed, and any call without its result.
 */
const rounds = 10;
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
  gateway = await startGateway();
});
afterAll(() => gateway.stop());
beforeEach(() => gateway.forget());

for (const column of columns) {
  for (const first of upstreams) {
    describe(`R19 R20 R349 ${column.name}: ten turns with thinking and parallel tools`, () => {
      test.each(upstreams.map((second) => [second.upstream, second] as const))(
        `from ${first.upstream} to %s after five`,
        async (_name, second) => {
          const sdk = column.connect(gateway);
          let turns: readonly Turn[] = [{ role: "user", text: "Go on until you are done." }];
          for (let round = 0; round < rounds; round++) {
            const { thinkingModel: model } = round < switchAt ? first : second;
            const isLast = round === rounds - 1;
            const toolCalls = tools.map(({ name }) => ({ name, arguments: `{"step":${round}}` }));
            const says = isLast ? { text: "All done." } : { toolCalls };
            gateway.script({ do: { thinking: `Thought ${round}.`, ...says }, times: 1 });
            const ask: Ask = { model, thinking: true, tools, turns, maxTokens: 8000 };
            const answer = round % 2 === 0 ? await sdk.create(ask) : await sdk.iterate(ask);
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
        },
      );
    });
  }
}
