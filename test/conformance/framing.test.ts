import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Behaviour } from "../../cli/sim/script/behaviour.ts";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { columns, olderColumn } from "./columns.ts";
import { upstreams } from "./upstreams.ts";

/** Ways to put the same events on the wire. None of them may reach a client as anything but the same answer. */
const framings: readonly Readonly<{ name: string; behaviour: Behaviour }>[] = [
  { name: "CRLF line ends", behaviour: { lineEnd: "crlf" } },
  { name: "CR line ends", behaviour: { lineEnd: "cr" } },
  { name: "fragments of 7 bytes", behaviour: { writeBytes: 7 } },
  { name: "fragments of 7 bytes with CRLF", behaviour: { writeBytes: 7, lineEnd: "crlf" } },
  { name: "a comment before every event", behaviour: { comments: true } },
  { name: "a byte order mark", behaviour: { bom: true } },
  { name: "gzip", behaviour: { contentEncoding: "gzip" } },
  { name: "one letter in every event", behaviour: { deltaChars: 1 } },
];
const said = "Grüße, 日本語, 👩‍👩‍👧, done.";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

for (const column of [...columns, olderColumn]) {
  for (const upstream of upstreams) {
    describe(`R15 R47 ${column.name} to ${upstream.upstream}: the same events, framed with`, () => {
      test.each(framings.map(({ name, behaviour }) => [name, behaviour] as const))("%s", async (_name, behaviour) => {
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
