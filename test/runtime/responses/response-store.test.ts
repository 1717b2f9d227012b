import { describe, expect, test } from "bun:test";
import { inputItems, itemPage } from "../../../runtime/responses/response-items.ts";
import { responseMemory } from "../../../runtime/responses/response-memory.ts";
import { createResponseStore, type KnownResponse } from "../../../runtime/responses/response-store.ts";

const known = (text: string): KnownResponse => ({ kind: "kept", response: { id: "resp_1", text }, input: [] });

describe("the store", () => {
  test("E15 an answer is there for the tenant it was given to alone", () => {
    const store = createResponseStore(() => 0);
    store.put("one", "resp_1", known("a"));
    expect(store.get("one", "resp_1")).toEqual(known("a"));
    expect(store.get("other", "resp_1")).toBeUndefined();
    store.remove("other", "resp_1");
    expect(store.get("one", "resp_1")).toBeDefined();
    store.remove("one", "resp_1");
    expect(store.get("one", "resp_1")).toBeUndefined();
  });

  test("E16 a reference to an item of it stands for the item, for the same tenant", () => {
    const store = createResponseStore(() => 0);
    const reasoning = { type: "reasoning", id: "rs_1", summary: [], encrypted_content: "x" };
    store.put("one", "resp_1", { kind: "kept", response: { id: "resp_1", output: [reasoning] }, input: [] });
    const reference = { type: "item_reference", id: "rs_1" };
    const json = { model: "m", input: [reference, { type: "item_reference", id: "rs_2" }] };
    const request = { json, bytes: new TextEncoder().encode(JSON.stringify(json)) };
    const resolved = responseMemory(store, "one").recall(request);
    const wanted = { model: "m", input: [reasoning, { type: "item_reference", id: "rs_2" }] };
    expect("json" in resolved && resolved.json).toEqual(wanted);
    expect("bytes" in resolved && JSON.parse(new TextDecoder().decode(resolved.bytes))).toEqual(wanted);
    expect(responseMemory(store, "other").recall(request)).toBe(request);
    store.remove("one", "resp_1");
    expect(responseMemory(store, "one").recall(request)).toBe(request);
  });

  test("for a day", () => {
    let nowMs = 1000;
    const store = createResponseStore(() => nowMs);
    store.put("one", "resp_1", known("a"));
    nowMs += 24 * 3600 * 1000 - 1;
    expect(store.get("one", "resp_1")).toBeDefined();
    nowMs += 2;
    expect(store.get("one", "resp_1")).toBeUndefined();
  });

  test("the oldest go when there are too many bytes; one that is too large is not kept", () => {
    const store = createResponseStore(() => 0);
    const large = known("x".repeat(7 * 1024 * 1024));
    for (let n = 0; n < 20; n++) store.put("one", `resp_${n}`, large);
    expect(store.get("one", "resp_0")).toBeUndefined();
    expect(store.get("one", "resp_19")).toBeDefined();
    store.put("one", "resp_too_large", known("x".repeat(9 * 1024 * 1024)));
    expect(store.get("one", "resp_too_large")).toBeUndefined();
  });
});

describe("items", () => {
  test("a text is a message of the user's", () => {
    const message = { type: "message", role: "user", content: [{ type: "input_text", text: "hi" }] };
    expect(inputItems("hi")).toEqual([message]);
    expect(inputItems([message])).toEqual([message]);
    expect(inputItems(undefined)).toEqual([]);
  });

  const items = Array.from({ length: 5 }, (_, index) => ({ role: "user", content: `text ${index}` }));
  const page = (query: string) => itemPage(items, new URLSearchParams(query));
  const texts = (body: ReturnType<typeof page>): unknown =>
    JSON.stringify(body?.["data"])
      .match(/text \d/g)
      ?.map((text) => Number(text.slice(5)));

  test("pages follow one another, newest first unless asked otherwise", () => {
    const first = page("limit=2");
    expect(texts(first)).toEqual([4, 3]);
    expect(first).toMatchObject({ object: "list", has_more: true });
    const second = page(`limit=2&after=${first?.["last_id"]}`);
    expect(texts(second)).toEqual([2, 1]);
    const third = page(`limit=2&after=${second?.["last_id"]}`);
    expect([texts(third), third?.["has_more"]]).toEqual([[0], false]);
    expect(texts(page("order=asc"))).toEqual([0, 1, 2, 3, 4]);
  });

  test("every item has an id and its content as a list, also one that had neither", () => {
    expect(page("order=asc&limit=1")).toMatchObject({
      data: [
        {
          id: expect.stringMatching(/^msg_[0-9a-f]{32}$/),
          type: "message",
          status: "completed",
          content: [{ type: "input_text", text: "text 0" }],
        },
      ],
    });
    expect(itemPage([{ type: "function_call_output", id: "fco_1", output: "x" }], new URLSearchParams())).toMatchObject(
      {
        data: [{ id: "fco_1", type: "function_call_output", output: "x" }],
        first_id: "fco_1",
      },
    );
    expect(itemPage([], new URLSearchParams())).toMatchObject({ data: [], first_id: null, last_id: null });
  });

  test.each(["limit=0", "limit=101", "limit=x"])("%s is none", (query) => {
    expect(page(query)).toBeUndefined();
  });
});

describe("E16 previous_response_id", () => {
  const store = createResponseStore(() => 0);
  const call = { type: "function_call", call_id: "c1", name: "f", arguments: "{}" };
  store.put("one", "resp_1", {
    kind: "kept",
    response: { id: "resp_1", output: [{ type: "reasoning", id: "rs_1" }, call] },
    input: inputItems("first"),
  });
  store.put("one", "resp_2", { kind: "upstream", account: { provider: "openai", key: "first" } });
  const memory = responseMemory(store, "one");
  const request = (text: string) => ({ bytes: new TextEncoder().encode(text), json: JSON.parse(text) });

  test("what led to it and what it said stand before the new input, in order; the other bytes stay", () => {
    const output = { type: "function_call_output", call_id: "c1", output: "42" };
    const recalled = memory.recall(
      request(
        `{"model":"m", "previous_response_id":"resp_1","input":${JSON.stringify([output])},"big":12345678901234567890}`,
      ),
    );
    if ("class" in recalled) throw new Error(recalled.message);
    const input = [...inputItems("first"), { type: "reasoning", id: "rs_1" }, call, output];
    expect(recalled.json).toEqual({ model: "m", input, big: 12345678901234567000 });
    expect(new TextDecoder().decode(recalled.bytes)).toBe(
      `{"model":"m", "input":${JSON.stringify(input)},"big":12345678901234567890}`,
    );
    expect(recalled.account).toBeUndefined();
  });

  test("without a new input there is what was", () => {
    const recalled = memory.recall(request('{"model":"m","previous_response_id":"resp_1"}'));
    expect(recalled).toMatchObject({ json: { input: [...inputItems("first"), {}, call] } });
    if (!("class" in recalled)) expect(JSON.parse(new TextDecoder().decode(recalled.bytes))).toEqual(recalled.json);
  });

  test("one that an upstream has leads there, as it is", () => {
    const asked = request('{"model":"m","previous_response_id":"resp_2","input":"hi"}');
    expect(memory.recall(asked)).toEqual({ ...asked, account: { provider: "openai", key: "first" } });
  });

  test.each(['"resp_none"', '"__proto__"', "7", "{}", '""'])("%s is unknown", (id) => {
    expect(memory.recall(request(`{"model":"m","previous_response_id":${id}}`))).toMatchObject({
      class: "invalid-request",
      status: 400,
      code: "previous_response_not_found",
      param: "previous_response_id",
    });
  });

  test("E15 so is another tenant's", () => {
    const other = responseMemory(store, "other");
    const asked = request('{"model":"m","previous_response_id":"resp_1","input":"hi"}');
    expect(other.recall(asked)).toMatchObject({ code: "previous_response_not_found" });
  });

  test.each(["{}", '{"previous_response_id":null}'])("%s stands for itself", (text) => {
    const asked = request(text);
    expect(memory.recall(asked)).toBe(asked);
  });
});
