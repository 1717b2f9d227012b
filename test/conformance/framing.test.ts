import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { columns, olderColumn } from "./columns.ts";
import { framingsOf } from "./framings.ts";
import { upstreams } from "./upstreams.ts";

const said = "Grüße, 日本語, 👩‍👩‍👧, done.";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

for (const column of [...columns, olderColumn]) {
  for (const upstream of upstreams) {
    describe(`R15 R47 ${column.name} to ${upstream.upstream}: the same events, framed with`, () => {
      test.each(framingsOf(upstream.upstream))("%s", async (_name, behaviour) => {
        gateway.forget();
        const sdk = column.connect(gateway);
        const toolCalls = [{ id: "call_1", name: "note", arguments: '{"text":"naïve"}' }];
        for (const way of ["iterate", "helper"] as const) {
          gateway.script({ do: { text: said, toolCalls, ...behaviour }, times: 1 });
          const tools = [{ name: "note", description: "Notes a text", parameters: noteSchema }];
          const answer = await sdk[way]({ model: upstream.model, turns: [{ role: "user", text: "hi" }], tools });
          expect([answer.text, answer.stop]).toEqual([said, "tools"]);
          expect(answer.toolCalls.map(({ name, input }) => [name, input])).toEqual([["note", { text: "naïve" }]]);
        }
      });
    });
  }
}

const noteSchema = {
  type: "object" as const,
  properties: { text: { type: "string" as const } },
  required: ["text"],
  additionalProperties: false as const,
};
