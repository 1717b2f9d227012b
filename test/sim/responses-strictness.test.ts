import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { isObject, type Json, type JsonObject } from "../../cli/sim/json.ts";
import { type Simulator, startSimulator } from "../../cli/sim/simulator.ts";
import { accepted, notFound, rejected } from "./cases/responses.ts";
import { postResponses, responsesBody } from "./support/requests.ts";

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.stop());

const type = "invalid_request_error";

describe("Responses turns down", () => {
  test.each([...rejected])("%s", async (_title, fields, message, param, code) => {
    const { status, json } = await postResponses(simulator, responsesBody(fields));
    expect(json).toEqual({ error: { message, type, param, code } });
    expect(status).toBe(400);
  });

  test.each([...notFound])("%s", async (_title, fields, message) => {
    const { status, json } = await postResponses(simulator, responsesBody(fields));
    expect(json).toMatchObject({ error: { message, type } });
    expect(status).toBe(404);
  });

  test("a wrong key", async () => {
    const guarded = await startSimulator({ openaiKey: "right-key" });
    const { status, json } = await postResponses(guarded, responsesBody());
    await guarded.stop();
    expect(status).toBe(401);
    expect(json).toMatchObject({ error: { code: "invalid_api_key" } });
  });
});

test.each([...accepted])("Responses accepts %s", async (_title, fields) => {
  const { status, text } = await postResponses(simulator, responsesBody(fields));
  expect(`${status} ${status === 200 ? "" : text}`).toBe("200 ");
});

describe("an answer sent back", () => {
  const question = {
    model: "gpt-5",
    store: false,
    include: ["reasoning.encrypted_content"],
    tools: [{ type: "function", name: "f", parameters: { type: "object", properties: {} } }],
  };
  const asks = { role: "user", content: "Use f" };

  async function outputOf(fields: JsonObject): Promise<readonly Json[]> {
    const { json } = await postResponses(simulator, responsesBody(fields));
    return isObject(json) && Array.isArray(json["output"]) ? json["output"] : [];
  }

  async function secondTurn(change: (output: readonly Json[]) => readonly Json[], fields: JsonObject = question) {
    const output = await outputOf({ ...fields, input: [asks] });
    const call = output.find((item) => isObject(item) && item["type"] === "function_call");
    const result = {
      type: "function_call_output",
      call_id: isObject(call) ? (call["call_id"] ?? "") : "",
      output: "ok",
    };
    return postResponses(simulator, responsesBody({ ...fields, input: [asks, ...change(output), result] }));
  }

  test("as it came, or without ids, is taken", async () => {
    expect((await secondTurn((output) => output)).status).toBe(200);
    const withoutIds = (output: readonly Json[]) =>
      output.map((item) => ({ ...(isObject(item) ? item : {}), id: undefined }));
    expect((await secondTurn((output) => JSON.parse(JSON.stringify(withoutIds(output))))).status).toBe(200);
  });

  test("by the ids of what is stored, it is taken with its reasoning only", async () => {
    const stored = { ...question, store: true, include: [] };
    expect((await secondTurn((output) => output, stored)).status).toBe(200);
    const { status, json } = await secondTurn((output) => output.slice(1), stored);
    expect(status).toBe(400);
    expect(json).toMatchObject({
      error: { message: expect.stringContaining("without its required 'reasoning' item: 'rs_") },
    });
  });

  test("with the reasoning behind its call is turned down", async () => {
    const { status, json } = await secondTurn((output) => output.toReversed());
    expect(status).toBe(400);
    expect(json).toMatchObject({ error: { message: expect.stringContaining("without its required following item") } });
  });

  test("without what was asked to be included is not found", async () => {
    const { status } = await secondTurn((output) => output, { ...question, include: [] });
    expect(status).toBe(404);
  });
});
