import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { type FourVendors, models, startFourVendors } from "../../support/four-vendors.ts";

let gateway: FourVendors;
beforeAll(async () => {
  gateway = await startFourVendors();
});
afterAll(() => gateway.stop());
afterEach(() => {
  for (const upstream of Object.values(gateway.upstreams)) upstream.answer(() => undefined);
});

const mine = { authorization: "Bearer mine" };
const theirs = { authorization: "Bearer theirs" };

async function ask(method: string, path: string, body?: unknown, headers: Record<string, string> = mine) {
  const response = await fetch(gateway.url + path, {
    method,
    headers: { "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
}

const create = (body: object, headers = mine) => ask("POST", "/v1/responses", body, headers);

describe("an answer of an upstream that speaks the API", () => {
  const answer = (id: string) => ({
    id,
    object: "response",
    created_at: 1,
    status: "completed",
    model: models.responses,
    output: [
      {
        type: "message",
        id: "msg_1",
        role: "assistant",
        status: "completed",
        content: [{ type: "output_text", text: "hi" }],
      },
    ],
    usage: { input_tokens: 1, output_tokens: 1, total_tokens: 2 },
  });

  let made = 0;
  /** Gives each answer an id of its own, and remembers the key it was asked with. */
  function keepAnswers(): Map<string, string> {
    const keys = new Map<string, string>();
    gateway.upstreams.responses.answer(({ method, path, headers }) => {
      if (method !== "POST" || path !== "/v1/responses") return Response.json({ at: path, method });
      made += 1;
      const id = `resp_native_${made}`;
      keys.set(id, headers["authorization"] ?? "");
      return Response.json(answer(id));
    });
    return keys;
  }

  test("E15 is asked for again with the key that it was made with, and by whom it was made for", async () => {
    const keys = keepAnswers();
    for (let n = 0; n < 4; n++) await create({ model: models.responses, input: "hi" });
    expect(new Set(keys.values()).size).toBe(2);
    for (const [id, key] of keys) {
      const found = await ask("GET", `/v1/responses/${id}?include[]=reasoning.encrypted_content`);
      expect(found.body).toEqual({
        at: `/v1/responses/${id}?include%5B%5D=reasoning.encrypted_content`,
        method: "GET",
      });
      expect(gateway.upstreams.responses.requests.at(-1)?.headers["authorization"]).toBe(key);
      const before = gateway.upstreams.responses.requests.length;
      expect((await ask("GET", `/v1/responses/${id}`, undefined, theirs)).status).toBe(404);
      expect(gateway.upstreams.responses.requests.length).toBe(before);
    }
  });

  test.each([
    ["POST", "/cancel"],
    ["GET", "/input_items?limit=3"],
    ["DELETE", ""],
  ])("%s /v1/responses/{id}%s goes there", async (method, path) => {
    keepAnswers();
    const { body } = await create({ model: models.responses, input: "hi" });
    const found = await ask(method, `/v1/responses/${body.id}${path}`);
    expect(found.body).toEqual({ at: `/v1/responses/${body.id}${path}`, method });
    expect(found.headers.get("x-arouter-provider")).toBe("responses");
  });

  test("an answer that was deleted is no longer known", async () => {
    keepAnswers();
    const { body } = await create({ model: models.responses, input: "hi" });
    await ask("DELETE", `/v1/responses/${body.id}`);
    expect((await ask("GET", `/v1/responses/${body.id}`)).status).toBe(404);
  });

  test("E16 going on from it leads to the account that has it, whatever the turn of its keys", async () => {
    const keys = keepAnswers();
    const { body } = await create({ model: models.responses, input: "hi" });
    for (let n = 0; n < 3; n++) {
      const next = await create({ model: models.responses, input: "and?", previous_response_id: body.id });
      expect(next.status).toBe(200);
      const asked = gateway.upstreams.responses.requests.at(-1);
      expect(asked?.headers["authorization"]).toBe(keys.get(body.id));
      expect(JSON.parse(asked?.text ?? "")).toMatchObject({ previous_response_id: body.id, input: "and?" });
    }
  });

  test("a stream is remembered from its first event on", async () => {
    const frame = (event: Readonly<{ type: string; response: object }>) =>
      `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
    const told =
      frame({ type: "response.created", response: { ...answer("resp_streamed"), status: "in_progress" } }) +
      frame({ type: "response.completed", response: answer("resp_streamed") });
    gateway.upstreams.responses.answer(({ method }) =>
      method === "GET"
        ? Response.json(answer("resp_streamed"))
        : new Response(told, { headers: { "content-type": "text/event-stream" } }),
    );
    const response = await fetch(`${gateway.url}/v1/responses`, {
      method: "POST",
      headers: { "content-type": "application/json", ...mine },
      body: JSON.stringify({ model: models.responses, input: "hi", stream: true }),
    });
    expect(await response.text()).toBe(told);
    expect((await ask("GET", "/v1/responses/resp_streamed")).status).toBe(200);
  });

  test("store: false leaves nothing behind", async () => {
    keepAnswers();
    const { body } = await create({ model: models.responses, input: "hi", store: false });
    expect((await ask("GET", `/v1/responses/${body.id}`)).status).toBe(404);
  });

  test("compaction passes as it is, at other providers it is refused", async () => {
    const { responses } = gateway.upstreams;
    responses.answer(() =>
      Response.json({ id: "resp_c", object: "response.compaction", output: [], usage: { input_tokens: 3 } }),
    );
    const asked = { model: models.responses, input: "hi" };
    const compacted = await ask("POST", "/v1/responses/compact", asked);
    expect(compacted.body).toMatchObject({ object: "response.compaction" });
    expect(responses.requests[0]).toMatchObject({ path: "/v1/responses/compact", text: JSON.stringify(asked) });
    const refused = await ask("POST", "/v1/responses/compact", { ...asked, model: models.anthropic });
    expect(refused).toMatchObject({ status: 400, body: { error: { code: "compaction_unsupported", param: "model" } } });
  });
});

describe("an answer that was translated", () => {
  const chatAnswer = (message: object) => ({
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 1,
    model: models.openai,
    choices: [{ index: 0, message: { role: "assistant", content: null, ...message }, finish_reason: "stop" }],
    usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
  });
  const call = { id: "call_1", type: "function", function: { name: "weather", arguments: '{"city":"Paris"}' } };

  test("E16 is gone on from: stored input and output stand before the new input, tool outputs in order", async () => {
    const { openai } = gateway.upstreams;
    openai.answer(() => Response.json(chatAnswer({ tool_calls: [call] })));
    const tools = [{ type: "function", name: "weather", parameters: { type: "object" } }];
    const first = await create({ model: models.openai, input: "Weather?", tools });
    openai.answer(() => Response.json(chatAnswer({ content: "Sunny." })));
    const output = { type: "function_call_output", call_id: "call_1", output: "sun" };
    const second = await create({ model: models.openai, input: [output], tools, previous_response_id: first.body.id });
    expect(second).toMatchObject({ status: 200, body: { previous_response_id: first.body.id } });
    expect(JSON.parse(openai.requests[0]?.text ?? "").messages).toMatchObject([
      { role: "user", content: "Weather?" },
      {
        role: "assistant",
        tool_calls: [{ id: "call_1", function: { name: "weather", arguments: '{"city":"Paris"}' } }],
      },
      { role: "tool", tool_call_id: "call_1", content: "sun" },
    ]);
    const third = await create({ model: models.openai, input: "Thanks", previous_response_id: second.body.id });
    expect(third.status).toBe(200);
    expect(JSON.parse(openai.requests[1]?.text ?? "").messages.map(({ role }: { role: string }) => role)).toEqual([
      "user",
      "assistant",
      "tool",
      "assistant",
      "user",
    ]);
  });

  test("E15 E16 is there for its client: retrieve, input_items, cancel, delete", async () => {
    gateway.upstreams.openai.answer(() => Response.json(chatAnswer({ content: "Hello." })));
    const { body } = await create({ model: models.openai, input: "Hi" });
    const path = `/v1/responses/${body.id}`;
    expect((await ask("GET", path)).body).toEqual(body);
    expect((await ask("GET", `${path}/input_items`)).body).toMatchObject({
      object: "list",
      data: [{ type: "message", role: "user", content: [{ type: "input_text", text: "Hi" }] }],
      has_more: false,
    });
    expect(await ask("POST", `${path}/cancel`, {})).toMatchObject({ status: 400 });
    expect(await ask("GET", `${path}?stream=true`)).toMatchObject({ status: 400 });
    for (const [method, more] of [
      ["GET", ""],
      ["DELETE", ""],
      ["GET", "/input_items"],
      ["POST", "/cancel"],
    ] as const) {
      expect((await ask(method, path + more, undefined, theirs)).status).toBe(404);
    }
    expect((await ask("DELETE", path)).body).toEqual({ id: body.id, object: "response", deleted: true });
    const gone = await ask("GET", path);
    expect(gone.status).toBe(404);
    expect(gone.headers.get("x-should-retry")).toBe("false");
    expect(gone.body).toMatchObject({ error: { type: "invalid_request_error", code: "response_not_found" } });
  });

  test("a stream is kept when it is whole", async () => {
    const frames = [
      { choices: [{ index: 0, delta: { role: "assistant", content: "Hello." }, finish_reason: null }] },
      { choices: [{ index: 0, delta: {}, finish_reason: "stop" }] },
    ].map(
      (frame) =>
        `data: ${JSON.stringify({ id: "x", object: "chat.completion.chunk", created: 1, model: "m", ...frame })}\n\n`,
    );
    gateway.upstreams.openai.answer(
      () => new Response(`${frames.join("")}data: [DONE]\n\n`, { headers: { "content-type": "text/event-stream" } }),
    );
    const response = await fetch(`${gateway.url}/v1/responses`, {
      method: "POST",
      headers: { "content-type": "application/json", ...mine },
      body: JSON.stringify({ model: models.openai, input: "Hi", stream: true }),
    });
    const text = await response.text();
    const id = /"id":"(resp_\w+)"/.exec(text)?.[1];
    expect((await ask("GET", `/v1/responses/${id}`)).body).toMatchObject({ id, status: "completed" });
  });

  test("store: false leaves nothing behind", async () => {
    gateway.upstreams.openai.answer(() => Response.json(chatAnswer({ content: "Hello." })));
    const { body } = await create({ model: models.openai, input: "Hi", store: false });
    expect((await ask("GET", `/v1/responses/${body.id}`)).status).toBe(404);
  });
});

test.each(["resp_none", "previous"])("E16 an id that is unknown (%s)", async (id) => {
  const asked = await create({ model: models.openai, input: "Hi", previous_response_id: id });
  expect(asked).toMatchObject({
    status: 400,
    body: { error: { code: "previous_response_not_found", param: "previous_response_id" } },
  });
});
