import { describe, expect, test } from "bun:test";
import type { Catalog } from "../../runtime/contract.ts";
import { authenticate, clientKeyId } from "../../runtime/request/auth.ts";

type Mode = Catalog["auth"]["mode"];
const keys = ["first-key", "second-key"];

describe("authenticate", () => {
  const rows: readonly [string, Mode, readonly string[], Record<string, string>, "in" | "missing" | "wrong"][] = [
    ["R70 open ignores the key the app sends", "open", keys, { authorization: "Bearer anything" }, "in"],
    ["R70 open needs no key", "open", keys, {}, "in"],
    ["R70 auto without configured keys is open", "auto", [], { authorization: "Bearer anything" }, "in"],
    ["auto with keys: none", "auto", keys, {}, "missing"],
    ["auto with keys: wrong", "auto", keys, { authorization: "Bearer third-key" }, "wrong"],
    ["auto with keys: right", "auto", keys, { authorization: "Bearer second-key" }, "in"],
    ["nonempty: none", "nonempty", [], {}, "missing"],
    ["nonempty: blank", "nonempty", [], { authorization: "Bearer  ", "x-api-key": " " }, "missing"],
    ["nonempty: any", "nonempty", [], { "x-api-key": "x" }, "in"],
    ["keys without any configured lets nobody in", "keys", [], { "x-api-key": "x" }, "wrong"],
    ["keys: empty value never matches", "keys", [""], { authorization: "Bearer " }, "missing"],
    ["scheme in any case", "keys", keys, { authorization: "bEaReR   first-key " }, "in"],
    ["another scheme", "keys", keys, { authorization: "Basic first-key" }, "missing"],
    ["no scheme", "keys", keys, { authorization: "first-key" }, "missing"],
    ["x-api-key", "keys", keys, { "x-api-key": " first-key " }, "in"],
    ["api-key, as Azure clients send it", "keys", keys, { "api-key": "first-key" }, "in"],
    ["x-goog-api-key, as Google's clients send it", "keys", keys, { "x-goog-api-key": "first-key" }, "in"],
    ["R206 ?key= of Google's REST examples", "keys", keys, { "?": "?alt=sse&key=first-key" }, "in"],
    ["?key= with another key", "keys", keys, { "?": "?key=other" }, "wrong"],
    ["an empty ?key=", "keys", keys, { "?": "?key=" }, "missing"],
    ["a query that only ends in key=", "keys", keys, { "?": "?monkey=first-key" }, "missing"],
    ["prefix of a key", "keys", keys, { "x-api-key": "first-ke" }, "wrong"],
    ["longer than a key", "keys", keys, { "x-api-key": "first-key2" }, "wrong"],
    ["two keys, the second known", "keys", keys, { authorization: "Bearer other", "x-api-key": "first-key" }, "in"],
    ["two keys, the first known", "keys", keys, { authorization: "Bearer first-key", "x-api-key": "other" }, "in"],
    ["two keys, none known", "keys", keys, { authorization: "Bearer other", "x-api-key": "other" }, "wrong"],
  ];
  test.each(rows)("%s", (_name, mode, configured, headers, expected) => {
    const { "?": query = "", ...sent } = headers;
    const url = `http://gateway/v1/models${query}`;
    const refused = authenticate({ headers: new Headers(sent), url }, mode, configured);
    if (expected === "in") return expect(refused).toBeUndefined();
    expect(refused).toMatchObject({ class: "client-auth", status: 401, code: "invalid_api_key" });
    expect(refused?.message).toStartWith(expected === "missing" ? "No API key." : "This API key is not");
    for (const value of Object.values(headers)) expect(refused?.message).not.toContain(`"${value}"`);
  });
});

describe("the key of a request is named by a digest", () => {
  const id = (headers: Record<string, string>, known = keys) =>
    clientKeyId({ headers: new Headers(headers), url: "http://gateway/v1/models" }, known);
  const first = "niS1U1bvKhIa";

  test("that tells nothing of it, whichever header it came in", () => {
    expect(id({ "x-api-key": "first-key" })).toBe(first);
    expect(id({ authorization: "Bearer first-key" })).toBe(first);
    expect(id({ "x-api-key": "second-key" })).not.toBe(first);
  });

  test("of the known one among several", () => {
    expect(id({ authorization: "Bearer other", "x-api-key": "first-key" })).toBe(first);
    expect(id({ authorization: "Bearer other", "x-api-key": "first-key" }, [])).toBe(id({ "x-api-key": "other" }));
  });

  test("and there is none without a key", () => {
    expect(id({})).toBeUndefined();
  });
});
