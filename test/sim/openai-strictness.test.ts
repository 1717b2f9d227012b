import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Simulator, startSimulator } from "../../cli/sim/simulator.ts";
import { accepted, rejected } from "./cases/openai.ts";
import { rawExchange } from "./support/raw-exchange.ts";
import { chatBody, postChat } from "./support/requests.ts";

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.stop());

describe("OpenAI turns down", () => {
  test.each([...rejected])("%s", async (_title, fields, message, param, code) => {
    const { status, json } = await postChat(simulator, chatBody(fields));
    expect(json).toEqual({ error: { message, type: "invalid_request_error", param, code } });
    expect(status).toBe(400);
  });

  test("a model of the other vendor", async () => {
    const { status, json } = await postChat(simulator, chatBody({ model: "claude-opus-4-5" }));
    const message = "The model `claude-opus-4-5` does not exist or you do not have access to it.";
    expect(json).toEqual({ error: { message, type: "invalid_request_error", param: null, code: "model_not_found" } });
    expect(status).toBe(404);
  });

  test("a body that is not JSON", async () => {
    const { status, json } = await postChat(simulator, '{"model":');
    expect(status).toBe(400);
    expect(json).toMatchObject({ error: { type: "invalid_request_error", param: null, code: null } });
  });

  test("a missing and a wrong key", async () => {
    const guarded = await startSimulator({ openaiKey: "right-key" });
    const missing = await postChat(guarded, chatBody(), { authorization: "" });
    const wrong = await postChat(guarded, chatBody(), { authorization: "Bearer wrong-key-0001" });
    const right = await postChat(guarded, chatBody(), { authorization: "Bearer right-key" });
    await guarded.stop();
    expect([missing.status, wrong.status, right.status]).toEqual([401, 401, 200]);
    expect(missing.json).toMatchObject({ error: { type: "invalid_request_error", param: null, code: null } });
    expect(wrong.json).toEqual({
      error: {
        message:
          "Incorrect API key provided: wron******0001. You can find your API key at https://platform.openai.com/account/api-keys.",
        type: "invalid_request_error",
        param: null,
        code: "invalid_api_key",
      },
    });
  });

  test("bytes that are no request, without an answer to HEAD's body", async () => {
    const broken = await rawExchange(simulator.port, ["hello\r\n\r\n"]);
    expect(broken.received).toStartWith("HTTP/1.1 400 Bad Request\r\n");
    expect(broken.received).toEndWith("SyntaxError: bad request line: hello\n");
    const head = await rawExchange(simulator.port, ["HEAD /v1/models HTTP/1.1\r\nauthorization: Bearer key\r\n\r\n"]);
    expect(head.received).toStartWith("HTTP/1.1 405 Method Not Allowed\r\n");
    expect(head.received).toEndWith("\r\n\r\n");
  });

  test("an unknown path and a wrong method", async () => {
    const headers = { authorization: "Bearer key" };
    const path = await fetch(`${simulator.openaiUrl}/v1/nothing`, { method: "POST", headers });
    const method = await fetch(`${simulator.openaiUrl}/v1/chat/completions`, { headers });
    expect([path.status, await path.json()]).toEqual([
      404,
      { error: { message: "Invalid URL (POST /v1/nothing)", type: "invalid_request_error", param: null, code: null } },
    ]);
    expect(method.status).toBe(405);
    expect(await method.text()).toContain('"code": "method_not_supported"');
  });
});

test.each([...accepted])("OpenAI accepts %s", async (_title, fields) => {
  const { status, text } = await postChat(simulator, chatBody(fields));
  expect(`${status} ${status === 200 ? "" : text}`).toBe("200 ");
});
