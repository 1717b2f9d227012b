import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { anthropicSdk, anthropicSdk0 } from "./anthropic-sdk.ts";
import { openaiSdk } from "./openai-sdk.ts";
import type { Ask, Schema, Sdk } from "./sdk.ts";
import { ways } from "./sdk.ts";
import { seedPolicies } from "./seed-policies.ts";

const person: Schema = {
  type: "object",
  properties: { name: { type: "string" }, age: { type: "integer" } },
  required: ["name", "age"],
  additionalProperties: false,
};
const trivial: Ask = { model: "gpt-4.1", turns: [{ role: "user", text: "hello" }] };
/** Well above 250 tokens, so that the first rule leaves it alone. */
const longText = "Ada Lovelace was thirty-six years old. ".repeat(60);
const extraction: Ask = { model: "gpt-4.1", turns: [{ role: "user", text: longText }] };
const right = '{"name":"Ada","age":36}';
const prose = "I would be happy to help you with that!";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ policies: seedPolicies });
});
afterAll(() => gateway.stop());
beforeEach(() => gateway.forget());

/** The models the upstreams were asked for, in order. */
const askedModels = () => gateway.received().map(({ json }) => (json as { model: string }).model);
const paths = () => new Set(gateway.received().map(({ path }) => path));

const sdks: readonly Readonly<{ name: string; connect: () => Sdk }>[] = [
  { name: "openai 7.55.0", connect: () => openaiSdk(`${gateway.url}/v1`) },
  { name: "anthropic 1.11.0", connect: () => anthropicSdk(gateway.url) },
  { name: "anthropic 0.137.0", connect: () => anthropicSdk0(gateway.url) },
];

for (const { name, connect } of sdks) {
  describe(name, () => {
    test.each(ways)(
      "R2 R26 R27 R54 R57 R59 trivial_to_mini drops a small prompt to gpt-4o-mini, silently (%s)",
      async (way) => {
        const answer = await connect()[way](trivial);
        expect(answer.text).toBe("You said: hello");
        expect(askedModels()).toEqual(["gpt-4o-mini"]);
        expect(JSON.stringify(answer.message)).not.toContain("trivial");
      },
    );

    test("R52 R57 a prompt with tools is not trivial", async () => {
      const tool = {
        name: "noop",
        description: "Does nothing",
        parameters: { ...person, properties: {}, required: [] },
      };
      await connect().create({ ...trivial, tools: [tool] });
      expect(askedModels()).toEqual(["gpt-4.1"]);
    });

    test.each(["parse", "parseStream"] as const)(
      "R3 R30 R31 R32 R58 R60 extract_with_self_healing climbs to gpt-4.1 (%s)",
      async (way) => {
        gateway.script({ when: { model: "gpt-4o-mini" }, do: { text: prose } });
        gateway.script({ when: { model: "gpt-4.1" }, do: { text: right } });
        expect(await connect()[way](extraction, person)).toEqual({ name: "Ada", age: 36 });
        expect(askedModels()).toEqual(["gpt-4o-mini", "gpt-4.1"]);
        expect(paths()).toEqual(new Set(["/v1/chat/completions"]));
      },
    );

    test.each(ways)(
      "R29 R58 JSON of another shape is rejected, the client sees only the second answer (%s)",
      async (way) => {
        gateway.script({ when: { model: "gpt-4o-mini" }, do: { text: '{"name":"Ada","age":"unknown"}' } });
        gateway.script({ when: { model: "gpt-4.1" }, do: { text: right } });
        const answer = await connect()[way]({ ...extraction, schema: person });
        expect(answer).toMatchObject({ text: right, stop: "stop" });
        expect(askedModels()).toEqual(["gpt-4o-mini", "gpt-4.1"]);
      },
    );

    test.each(ways)("R58 a good first answer is sent at once (%s)", async (way) => {
      gateway.script({ do: { text: right } });
      expect((await connect()[way]({ ...extraction, schema: person })).text).toBe(right);
      expect(askedModels()).toEqual(["gpt-4o-mini"]);
    });

    // Not through the stream helper, which parses the answer and fails on its prose.
    test.each(["create", "iterate"] as const)(
      "R34 when no model conforms the last answer is returned as it is (%s)",
      async (way) => {
        gateway.script({ when: { model: "gpt-4o-mini" }, do: { text: prose } });
        gateway.script({ when: { model: "gpt-4.1" }, do: { text: "Neither can I." } });
        const answer = await connect()[way]({ ...extraction, schema: person });
        expect(answer).toMatchObject({ text: "Neither can I.", stop: "stop" });
        expect(askedModels()).toEqual(["gpt-4o-mini", "gpt-4.1"]);
      },
    );

    test.each(ways)(
      "R62 x-arouter-fallback-chain is walked instead of the rule's own, across providers (%s)",
      async (way) => {
        gateway.script({ when: { model: "gpt-4o-mini" }, do: { text: prose } });
        gateway.script({ when: { model: "claude-*" }, do: { text: right } });
        const headers = { "x-arouter-fallback-chain": "claude-opus-4-6, gpt-5" };
        expect((await connect()[way]({ ...extraction, schema: person, headers })).text).toBe(right);
        expect(askedModels()).toEqual(["gpt-4o-mini", "claude-opus-4-6"]);
      },
    );

    test("R63 x-arouter-no-policy and x-arouter-model", async () => {
      await connect().create({ ...trivial, headers: { "x-arouter-no-policy": "1" } });
      await connect().create({ ...trivial, headers: { "x-arouter-model": "gpt-5" } });
      expect(askedModels()).toEqual(["gpt-4.1", "gpt-5"]);
    });

    test("R63 x-arouter-require-validators checks a request no rule validates", async () => {
      gateway.script({ do: { text: prose } });
      gateway.script({ do: { text: right } });
      const headers = {
        "x-arouter-no-policy": "1",
        "x-arouter-require-validators": "json_schema",
        "x-arouter-fallback-chain": "gpt-5",
      };
      expect((await connect().create({ ...extraction, schema: person, headers })).text).toBe(right);
      expect(askedModels()).toEqual(["gpt-4.1", "gpt-5"]);
    });
  });
}

describe("headers", () => {
  test.each([false, true])("R28 R43 every answer says what the policy did (stream: %p)", async (stream) => {
    gateway.script({ when: { model: "gpt-4o-mini" }, do: { text: prose } });
    gateway.script({ when: { model: "gpt-4.1" }, do: { text: right } });
    const response = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        model: "gpt-5",
        stream,
        messages: [{ role: "user", content: longText }],
        response_format: { type: "json_schema", json_schema: { name: "person", schema: person } },
      }),
    });
    expect(response.status).toBe(200);
    expect(await response.text()).not.toContain("happy");
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "x-arouter-model-requested": "gpt-5",
      "x-arouter-model-served": "gpt-4.1",
      "x-arouter-provider": "openai",
      "x-arouter-rule": "extract_with_self_healing",
      "x-arouter-decision": "rewritten",
      "x-arouter-fallback-count": "1",
      "x-arouter-wire": "openai",
    });
  });
});
