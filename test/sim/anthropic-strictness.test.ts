import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Json, JsonObject } from "../../cli/sim/json.ts";
import { type Simulator, startSimulator } from "../../cli/sim/simulator.ts";
import { accepted, asks, mark, rejected, text, user, versioned } from "./cases/anthropic.ts";
import { messagesBody, postMessages } from "./support/requests.ts";

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.stop());

const newVersion = { "anthropic-version": "2026-10-21" };
describe("Anthropic turns down", () => {
  test.each([...rejected])("%s", async (_title, fields, message) => {
    const { status, json, headers } = await postMessages(simulator, messagesBody(fields));
    const request_id = headers.get("request-id");
    expect(json).toEqual({ type: "error", error: { type: "invalid_request_error", message }, request_id });
    expect(status).toBe(400);
  });

  test.each([...versioned])("on version 2026-10-21 %s", async (_title, fields, message) => {
    const before = await postMessages(simulator, messagesBody(fields));
    const now = await postMessages(simulator, messagesBody(fields), newVersion);
    expect(before.status).toBe(200);
    expect(now.json).toMatchObject({ error: { type: "invalid_request_error", message } });
    expect(now.status).toBe(400);
  });

  test("a missing max_tokens", async () => {
    const { json } = await postMessages(simulator, { model: "claude-sonnet-4-5", messages: [asks] });
    expect(json).toMatchObject({ error: { type: "invalid_request_error", message: "max_tokens: Field required" } });
  });

  test("a model of the other vendor", async () => {
    const { status, json } = await postMessages(simulator, messagesBody({ model: "gpt-4o" }));
    expect(json).toMatchObject({ type: "error", error: { type: "not_found_error", message: "model: gpt-4o" } });
    expect(status).toBe(404);
  });

  test("a stateful thread, with the code the vendor's runner falls back on", async () => {
    const body = messagesBody({ thread: { type: "create" } });
    const { status, json } = await postMessages(simulator, body, { "anthropic-beta": "message-threads-2026-08-12" });
    expect(status).toBe(400);
    expect(json).toMatchObject({ error: { details: { error_code: "thread_unsupported_request" } } });
  });
});

describe("Anthropic's credentials", () => {
  const bearer = { authorization: "Bearer key" };
  const version = { "anthropic-version": "2023-06-01" };
  const rows: readonly (readonly [string, Record<string, string>, number, string])[] = [
    ["none", version, 401, "x-api-key header is required"],
    [
      "both headers",
      { ...version, ...bearer, "x-api-key": "key" },
      401,
      "Only one of the x-api-key and authorization headers may be set",
    ],
    ["a wrong key", { ...version, "x-api-key": "other" }, 401, "invalid x-api-key"],
    ["no version", { "x-api-key": "key" }, 400, "anthropic-version: header is required"],
    [
      "an unknown version",
      { "x-api-key": "key", "anthropic-version": "2024-01-01" },
      400,
      'anthropic-version: "2024-01-01" is not a valid version',
    ],
    ["x-api-key", { ...version, "x-api-key": "key" }, 200, ""],
    ["Bearer", { ...version, ...bearer }, 200, ""],
  ];
  test.each([...rows])("%s", async (_title, headers, status, message) => {
    const guarded = await startSimulator({ anthropicKey: "key" });
    const response = await fetch(`${guarded.anthropicUrl}/v1/messages`, {
      method: "POST",
      headers,
      body: JSON.stringify(messagesBody()),
    });
    const body = await response.text();
    await guarded.stop();
    expect(response.status).toBe(status);
    expect(body).toContain(JSON.stringify(message).slice(1, -1));
  });
});

describe("thinking blocks", () => {
  const question = { model: "claude-opus-5-5", thinking: { type: "adaptive", display: "summarized" } };

  async function firstTurn(): Promise<readonly JsonObject[]> {
    const { json } = await postMessages(simulator, messagesBody({ ...question, messages: [asks] }));
    return (json as { content: JsonObject[] }).content;
  }
  function secondTurn(first: Json, content: readonly Json[]): Promise<Readonly<{ status: number; json: Json }>> {
    return postMessages(
      simulator,
      messagesBody({ ...question, messages: [first, { role: "assistant", content }, asks] }),
    );
  }

  test("come back unchanged", async () => {
    const content = await firstTurn();
    expect(content.map((block) => block["type"])).toEqual(["thinking", "text"]);
    expect((await secondTurn(asks, content)).status).toBe(200);
  });

  test("a changed text is a 400", async () => {
    const [thought, ...rest] = await firstTurn();
    const { status, json } = await secondTurn(asks, [{ ...thought, thinking: "other" }, ...rest]);
    expect(status).toBe(400);
    expect(json).toMatchObject({ error: { message: "messages.1.content.0: Invalid `signature` in `thinking` block" } });
  });

  test("are bound to the conversation, whatever its cache marks and spelling", async () => {
    const content = await firstTurn();
    const respelt = user({ ...text("Hello"), ...mark });
    expect((await secondTurn(respelt, content)).status).toBe(200);
    const { status, json } = await secondTurn({ role: "user", content: "Hello!" }, content);
    expect(status).toBe(400);
    expect(json).toMatchObject({
      error: {
        message:
          "messages.1.content.0: this `thinking` block is bound to a different conversation prefix. The messages before it must be unchanged when it is sent back.",
      },
    });
  });

  test("redacted ones come back unchanged", async () => {
    simulator.script({ do: { redactedThinking: "secret" } });
    const content = await firstTurn();
    expect(content.map((block) => block["type"])).toEqual(["thinking", "redacted_thinking", "text"]);
    expect((await secondTurn(asks, content)).status).toBe(200);
  });
});

test.each([...accepted])("Anthropic accepts %s", async (_title, fields) => {
  const { status, text: answer } = await postMessages(simulator, messagesBody(fields), {
    "anthropic-beta": "context-management-2025-06-27",
  });
  expect(`${status} ${status === 200 ? "" : answer}`).toBe("200 ");
});
