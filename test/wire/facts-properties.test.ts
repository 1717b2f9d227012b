import { expect, test } from "bun:test";
import fc from "fast-check";
import { clientCodecs } from "../../runtime/request/client-codecs.ts";
import { isObject } from "../../runtime/wire/json.ts";
import { arbitraryBody } from "../support/arbitrary-body.ts";
import { plainFacts } from "../support/plain-facts.ts";

const endpoints = ["chat_completions", "responses", "messages", "generate_content", "completions"] as const;
const numRuns = 2000;

test.each(endpoints)(
  "R22 R23 R24 R25 R53 facts of %s bodies, odd ones too, are those of a plain implementation",
  (endpoint) => {
    const seen = { hasTools: 0, hasImage: 0, stream: 0, responseFormat: 0, maxTokens: 0, texts: 0 };
    fc.assert(
      fc.property(arbitraryBody[endpoint], (body) => {
        fc.pre(isObject(body as never));
        const { texts, outputSchema: _, ...facts } = clientCodecs[endpoint].facts(body as never);
        const read = {
          ...facts,
          texts: texts()
            .filter((text) => text !== "")
            .sort(),
        };
        const plain = plainFacts[endpoint](body as never);
        expect(read).toEqual({ ...plain, texts: [...plain.texts].sort() });
        for (const fact of Object.keys(seen) as readonly (keyof typeof seen)[]) {
          const value = read[fact];
          if (Array.isArray(value) ? value.length > 2 : Boolean(value)) seen[fact]++;
        }
      }),
      { numRuns, seed: 20_261_121 },
    );
    // Bodies without the fact would prove little.
    const never = endpoint === "completions" ? ["hasTools", "hasImage", "responseFormat"] : [];
    for (const [fact, count] of Object.entries(seen)) {
      if (never.includes(fact)) expect([fact, count]).toEqual([fact, 0]);
      else expect([fact, count > numRuns / 50]).toEqual([fact, true]);
    }
  },
  180_000,
);
