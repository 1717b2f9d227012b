import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import Anthropic from "@anthropic-ai/sdk";
import { betaJSONSchemaOutputFormat } from "@anthropic-ai/sdk/helpers/beta/json-schema";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { upstreams } from "./upstreams.ts";

/** The beta twin of the Messages API in `@anthropic-ai/sdk`, which has helpers of its own. */
let gateway: TestGateway;
let client: Anthropic;
beforeAll(async () => {
  gateway = await startGateway();
  client = new Anthropic({ baseURL: gateway.url, apiKey: "anything", maxRetries: 0 });
});
afterAll(() => gateway.stop());
beforeEach(() => gateway.forget());

const betas = ["interleaved-thinking-2025-05-14"];
const hello = [{ role: "user" as const, content: "hello" }];
const city = {
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
  additionalProperties: false,
} as const;

describe.each(upstreams.map(({ upstream, model }) => [upstream, model] as const))("R135 R136 to %s", (_, model) => {
  const params = { model, max_tokens: 1000, messages: hello, betas };

  test("beta.messages.create, whole", async () => {
    const message = await client.beta.messages.create(params);
    expect(message).toMatchObject({ stop_reason: "end_turn", content: [{ type: "text", text: "You said: hello" }] });
    expect(message.usage.output_tokens).toBeGreaterThan(0);
  });

  test("beta.messages.create, streamed", async () => {
    const events = await Array.fromAsync(await client.beta.messages.create({ ...params, stream: true }));
    expect(events[0]?.type).toBe("message_start");
    expect(events.at(-1)?.type).toBe("message_stop");
  });

  test("beta.messages.stream", async () => {
    const stream = client.beta.messages.stream(params);
    expect(await stream.finalText()).toBe("You said: hello");
  });

  test("beta.messages.parse", async () => {
    const output_config = { format: betaJSONSchemaOutputFormat(city) };
    const { parsed_output } = await client.beta.messages.parse({ ...params, output_config });
    expect(parsed_output).toEqual({ city: expect.any(String) });
  });
});
