import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { type Simulator, startSimulator } from "../../cli/sim/simulator.ts";
import { chatBody, messagesBody, postChat, postMessages } from "./support/requests.ts";

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.stop());
afterEach(() => simulator.reset());

async function statuses(count: number, model = "gpt-4o-mini"): Promise<readonly number[]> {
  const seen: number[] = [];
  for (let index = 0; index < count; index += 1) seen.push((await postChat(simulator, chatBody({ model }))).status);
  return seen;
}

describe("a script serves", () => {
  test("one request, in the order scripts came", async () => {
    simulator.script({ do: { status: 500 } }, { do: { status: 503 } });
    expect(await statuses(3)).toEqual([500, 503, 200]);
  });

  test("so many requests, or all of them", async () => {
    simulator.script({ times: 2, do: { status: 500 } }, { times: "always", do: { status: 503 } });
    expect(await statuses(4)).toEqual([500, 500, 503, 503]);
  });

  test("the n-th that fits", async () => {
    simulator.script({ when: { model: "gpt-4o*", call: 2 }, do: { status: 500 } });
    expect(await statuses(1, "gpt-5")).toEqual([200]);
    expect(await statuses(3)).toEqual([200, 500, 200]);
  });

  test("the model, path and key it names", async () => {
    simulator.script(
      { when: { path: "/v1/messages" }, do: { status: 529 } },
      { when: { key: "other" }, do: { status: 402 } },
    );
    expect(await statuses(1)).toEqual([200]);
    expect((await postMessages(simulator, messagesBody())).status).toBe(529);
    expect((await postChat(simulator, chatBody(), { authorization: "Bearer other" })).status).toBe(402);
  });

  test("paths like the one it names", async () => {
    simulator.script({ when: { path: "/v1/chat/*" }, times: "always", do: { status: 500 } });
    expect(await statuses(1)).toEqual([500]);
    expect((await postMessages(simulator, messagesBody())).status).toBe(200);
  });

  test("no side endpoint, unless it names the path", async () => {
    simulator.script({ do: { status: 500 } }, { when: { path: "/v1/models" }, do: { status: 503 } });
    const listed = () => fetch(`${simulator.openaiUrl}/v1/models`, { headers: { authorization: "Bearer key" } });
    expect([(await listed()).status, (await listed()).status]).toEqual([503, 200]);
    expect(await statuses(1)).toEqual([500]);
  });

  test("a dot in a model pattern is a dot", async () => {
    simulator.script({ when: { model: "gpt-5.1" }, times: "always", do: { status: 500 } });
    expect(await statuses(1, "gpt-5-1")).toEqual([200]);
    expect(await statuses(1, "gpt-5.1")).toEqual([500]);
  });

  test("no request the vendor would turn down", async () => {
    simulator.script({ do: { status: 500 } });
    expect((await postChat(simulator, chatBody({ messages: [] }))).status).toBe(400);
    expect(await statuses(2)).toEqual([500, 200]);
  });
});

test("a scripted answer: text, raw tool arguments, stop word, usage", async () => {
  simulator.script(
    {
      do: {
        text: "Hi",
        toolCalls: [{ name: "f", arguments: "{broken" }],
        stopReason: "eos",
        usage: { prompt_tokens: -1 },
      },
    },
    { do: { usage: null, stopReason: null } },
  );
  const first = await postChat(simulator, chatBody());
  expect(first.json).toMatchObject({
    choices: [
      {
        finish_reason: "eos",
        message: { content: "Hi", tool_calls: [{ type: "function", function: { name: "f", arguments: "{broken" } }] },
      },
    ],
    usage: { prompt_tokens: -1 },
  });
  const second = await postChat(simulator, chatBody());
  expect(second.json).toMatchObject({ choices: [{ finish_reason: null }] });
  expect(second.json).not.toHaveProperty("usage");
});

describe("a model name that says how to behave", () => {
  const rows: readonly (readonly [string, number, string])[] = [
    ["gpt-4o-mini@sim:status=503,retryAfter=1", 503, "simulated status 503"],
    ["gpt-4o-mini@sim:html,status=502", 502, "<html>"],
    ["gpt-4o-mini@sim:text=42", 200, '"content": "42"'],
    ["gpt-4o-mini@sim:body=", 200, ""],
    ["gpt-4o-mini@sim:stattus=503", 400, "model: bad @sim directive: /stattus is not known"],
    ["gpt-4o-mini@sim:status=9", 400, "model: bad @sim directive: /status must be >= 200"],
  ];
  test.each([...rows])("%s", async (model, status, text) => {
    const answer = await postChat(simulator, chatBody({ model }));
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(text);
  });

  test("is checked by the rules of the model it starts with, and is the model of the answer", async () => {
    const reasoning = await postChat(simulator, chatBody({ model: "gpt-5@sim:text=x", temperature: 0 }));
    expect(reasoning.json).toMatchObject({ error: { code: "unsupported_value" } });
    const claude = await postMessages(simulator, messagesBody({ model: "claude-opus-5-5@sim:text=x" }));
    expect(claude.json).toMatchObject({
      model: "claude-opus-5-5@sim:text=x",
      content: [{ type: "thinking" }, { text: "x" }],
    });
  });
});

describe("the control API", () => {
  const control = (method: string, path: string, body?: string) =>
    fetch(`${simulator.openaiUrl}/_sim/${path}`, { method, ...(body === undefined ? {} : { body }) });

  test("adds scripts and forgets them", async () => {
    const added = await control("POST", "scripts", JSON.stringify([{ do: { status: 500 } }, { do: { status: 503 } }]));
    expect(await added.json()).toEqual({ added: 2 });
    expect(await statuses(1)).toEqual([500]);
    await control("DELETE", "scripts");
    expect(await statuses(1)).toEqual([200]);
  });

  test("shows what came in, itself left out", async () => {
    await postChat(simulator, chatBody(), { "x-mark": "1" });
    await control("DELETE", "scripts");
    const listed = await (await control("GET", "requests")).text();
    expect(JSON.parse(listed)).toMatchObject({
      requests: [
        {
          number: 1,
          method: "POST",
          path: "/v1/chat/completions",
          headers: { "x-mark": "1" },
          body: JSON.stringify(chatBody()),
          json: chatBody(),
          status: 200,
        },
      ],
    });
    await control("DELETE", "requests");
    expect(simulator.requests).toEqual([]);
  });

  const bad: readonly (readonly [string, string])[] = [
    ['{"do":{"sttus":1}}', "/do/sttus is not known. `arouter sim --help` lists what a script can say."],
    ['{"times":0,"do":{}}', "/times must be >= 1. `arouter sim --help` lists what a script can say."],
    ["{}", "the script must have required properties do. `arouter sim --help` lists what a script can say."],
    ["{", "The body is not JSON."],
  ];
  test.each([...bad])("refuses %s", async (body, error) => {
    const answer = await control("POST", "scripts", body);
    expect(await answer.json()).toEqual({ error });
    expect(answer.status).toBe(400);
  });

  test("names its paths to whoever asks for another", async () => {
    const answer = await control("GET", "nothing");
    expect(answer.status).toBe(404);
    expect(await answer.text()).toContain("GET and DELETE /_sim/requests, POST and DELETE /_sim/scripts");
  });
});

test("a script that is wrong in-process throws, naming the place", () => {
  const wrong: unknown = { do: { writeBytes: 0 } };
  expect(() => simulator.script(wrong as Parameters<Simulator["script"]>[0])).toThrow("/do/writeBytes must be >= 1");
});

test("compressed request bodies are read, others are refused", async () => {
  const send = (body: Uint8Array | string, encoding: string) =>
    fetch(`${simulator.openaiUrl}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: "Bearer key", "content-encoding": encoding },
      body,
    });
  const text = JSON.stringify(chatBody());
  expect((await send(Bun.gzipSync(text), "gzip")).status).toBe(200);
  expect((await send(await Bun.zstdCompress(text), "zstd")).status).toBe(200);
  expect(simulator.requests.map((request) => request.body)).toEqual([text, text]);
  expect((await send(text, "gzip")).status).toBe(400);
  expect((await send(text, "lzma")).status).toBe(400);
});
