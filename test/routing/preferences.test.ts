import { describe, expect, test } from "bun:test";
import { defaultPreferences, type Preferences, readRoutingAsk } from "../../runtime/routing/preferences.ts";
import { routingMembers, withoutRoutingMembers } from "../../runtime/routing/routing-members.ts";
import { splitModelName, withSuffix } from "../../runtime/routing/split-model-name.ts";
import type { Json, JsonObject } from "../../runtime/wire/canonical.ts";
import { spliceMembers } from "../../runtime/wire/splice.ts";

const providers = { openai: {}, anthropic: {}, azure: {} };

function read(body: JsonObject, headers: Readonly<Record<string, string>> = {}) {
  return readRoutingAsk({ model: "m", ...body }, new Headers(headers), providers);
}

describe("R88 the provider object", () => {
  const rows: readonly (readonly [name: string, provider: JsonObject | null, expected: Partial<Preferences>])[] = [
    ["nothing in it", {}, {}],
    ["null", null, {}],
    ["null members", { order: null, sort: null, zdr: null, max_price: null }, {}],
    ["order", { order: ["azure", "openai"] }, { order: ["azure", "openai"] }],
    ["an empty order and an empty ignore", { order: [], ignore: [] }, {}],
    ["only", { only: ["azure"] }, { only: ["azure"] }],
    ["ignore", { ignore: ["azure"] }, { ignore: ["azure"] }],
    ["sort", { sort: "latency" }, { sort: "latency" }],
    ["allow_fallbacks", { allow_fallbacks: false }, { allowFallbacks: false }],
    ["require_parameters", { require_parameters: true }, { requireParameters: true }],
    ["data_collection", { data_collection: "deny" }, { dataCollection: "deny" }],
    ["zdr", { zdr: true }, { zdr: true }],
    ["quantizations", { quantizations: ["fp8", "bf16"] }, { quantizations: ["fp8", "bf16"] }],
    [
      "max_price, a number and a decimal string",
      { max_price: { prompt: 1, completion: "2.50" } },
      { maxPrice: { input: 1e9, output: 2.5e9 } },
    ],
    ["max_price of zero", { max_price: { prompt: "0" } }, { maxPrice: { input: 0, output: undefined } }],
    [
      "preferred speed",
      { preferred_max_latency: 300, preferred_min_throughput: 40 },
      { preferredMaxLatencyMs: 300, preferredMinThroughput: 40 },
    ],
    [
      "32 names",
      { order: Array.from({ length: 32 }, () => "openai") },
      { order: Array.from({ length: 32 }, () => "openai") },
    ],
  ];
  for (const [name, provider, expected] of rows) {
    test(name, () => {
      expect(read({ provider })).toEqual({
        preferences: { ...defaultPreferences, ...expected },
        models: [],
        hedge: undefined,
      });
    });
  }
});

describe("R88 a malformed preference is refused with 400, and names its place", () => {
  const amount = 'is a number of at least 0, such as 2.5 or "2.5".';
  const list = "is a list of 0 to 32 names, each of 1 to 256 characters.";
  const rows: readonly (readonly [body: JsonObject, param: string, message: string])[] = [
    [{ provider: "openai" }, "provider", "provider is an object with members such as order."],
    [{ provider: [] }, "provider", "provider is an object with members such as order."],
    [{ provider: { order: "openai" } }, "provider.order", `provider.order ${list}`],
    [{ provider: { order: [""] } }, "provider.order", `provider.order ${list}`],
    [{ provider: { order: [1] } }, "provider.order", `provider.order ${list}`],
    [{ provider: { order: Array.from({ length: 33 }, () => "openai") } }, "provider.order", `provider.order ${list}`],
    [{ provider: { only: [] } }, "provider.only", `provider.only ${list.replace("0 to 32", "1 to 32")}`],
    [
      { provider: { only: ["opnai"] } },
      "provider.only",
      'No provider named "opnai" is configured; there is anthropic, azure, openai.',
    ],
    [
      { provider: { ignore: ["openai", "constructor"] } },
      "provider.ignore",
      'No provider named "constructor" is configured; there is anthropic, azure, openai.',
    ],
    [{ provider: { sort: "speed" } }, "provider.sort", "provider.sort is one of price, throughput, latency."],
    [{ provider: { sort: { by: "price" } } }, "provider.sort", "provider.sort is one of price, throughput, latency."],
    [{ provider: { zdr: 1 } }, "provider.zdr", "provider.zdr is true or false."],
    [{ provider: { allow_fallbacks: "no" } }, "provider.allow_fallbacks", "provider.allow_fallbacks is true or false."],
    [
      { provider: { data_collection: true } },
      "provider.data_collection",
      "provider.data_collection is one of allow, deny.",
    ],
    [
      { provider: { max_price: { prompt: "1e3" } } },
      "provider.max_price.prompt",
      `provider.max_price.prompt ${amount}`,
    ],
    [
      { provider: { max_price: { completion: -1 } } },
      "provider.max_price.completion",
      `provider.max_price.completion ${amount}`,
    ],
    [
      { provider: { max_price: { request: 1 } } },
      "provider.max_price.request",
      "provider.max_price.request is not known here; provider.max_price takes prompt, completion.",
    ],
    [
      { provider: { preferred_max_latency: "fast" } },
      "provider.preferred_max_latency",
      `provider.preferred_max_latency ${amount}`,
    ],
    [
      { provider: { sorted: "price" } },
      "provider.sorted",
      "provider.sorted is not known here; provider takes order, only, ignore, sort, allow_fallbacks, require_parameters, data_collection, zdr, quantizations, max_price, preferred_max_latency, preferred_min_throughput.",
    ],
    [{ models: "gpt-4o" }, "models", "models is a list of 0 to 8 names, each of 1 to 256 characters."],
    [
      { models: Array.from({ length: 9 }, () => "m") },
      "models",
      "models is a list of 0 to 8 names, each of 1 to 256 characters.",
    ],
    [{ models: ["m".repeat(257)] }, "models", "models is a list of 0 to 8 names, each of 1 to 256 characters."],
    [{ route: "sort" }, "route", "route is one of fallback."],
  ];
  for (const [body, param, message] of rows) {
    test(`${param}: ${JSON.stringify(body).slice(0, 60)}`, () => {
      expect(read(body)).toEqual({ class: "invalid-request", status: 400, code: "invalid_request", message, param });
    });
  }
});

describe("R88 the models list", () => {
  test("eight models, with their route", () => {
    const models = ["a", "b", "c", "d", "e", "f", "g", "h:nitro"];
    expect(read({ models, route: "fallback" })).toEqual({ preferences: defaultPreferences, models, hedge: undefined });
  });
  test("null is none", () => expect(read({ models: null, route: null })).toMatchObject({ models: [] }));
});

describe("R88 the routing headers", () => {
  const rows: readonly (readonly [
    name: string,
    headers: Readonly<Record<string, string>>,
    provider: Json,
    expected: Partial<Preferences>,
  ])[] = [
    ["a pin", { "x-arouter-provider": "azure" }, null, { only: ["azure"] }],
    ["the pin's other name", { "x-anyrouter-provider": " azure " }, null, { only: ["azure"] }],
    [
      "the pin's own name wins",
      { "x-arouter-provider": "azure", "x-anyrouter-provider": "openai" },
      null,
      { only: ["azure"] },
    ],
    [
      "a pin wins over only",
      { "x-arouter-provider": "azure" },
      { only: ["openai"], zdr: true },
      { only: ["azure"], zdr: true },
    ],
    ["no data collection", { "x-arouter-data-collection": "Deny" }, null, { dataCollection: "deny" }],
    [
      "a header does not loosen the body",
      { "x-arouter-data-collection": "allow", "x-arouter-zdr": "0" },
      { data_collection: "deny", zdr: true },
      { dataCollection: "deny", zdr: true },
    ],
    [
      "the body does not loosen a header",
      { "x-arouter-data-collection": "deny", "x-arouter-zdr": "1" },
      { data_collection: "allow", zdr: false },
      { dataCollection: "deny", zdr: true },
    ],
    [
      "nor beside a pin",
      { "x-arouter-provider": "azure", "x-arouter-data-collection": "allow", "x-arouter-zdr": "0" },
      { data_collection: "deny", zdr: true },
      { only: ["azure"], dataCollection: "deny", zdr: true },
    ],
    ["zdr", { "x-arouter-zdr": "1" }, null, { zdr: true }],
    ["zdr in a word", { "x-arouter-zdr": "true" }, null, { zdr: true }],
  ];
  for (const [name, headers, provider, expected] of rows) {
    test(name, () =>
      expect(read({ provider }, headers)).toMatchObject({ preferences: { ...defaultPreferences, ...expected } }),
    );
  }

  test("a hedge", () => {
    expect(read({}, { "x-arouter-hedge": " 300 , gpt-4o-mini " })).toMatchObject({
      hedge: { afterMs: 300, model: "gpt-4o-mini" },
    });
    expect(read({}, { "x-arouter-hedge": "0,a,b" })).toMatchObject({ hedge: { afterMs: 0, model: "a,b" } });
  });

  const hedge = 'x-arouter-hedge is a number of milliseconds up to 600000 and a model, such as "300,gpt-4o-mini".';
  test.each([
    ["x-arouter-provider", "opnai", 'No provider named "opnai" is configured; there is anthropic, azure, openai.'],
    ["x-anyrouter-provider", "", 'No provider named "" is configured; there is anthropic, azure, openai.'],
    ["x-arouter-data-collection", "none", "x-arouter-data-collection is one of allow, deny."],
    ["x-arouter-zdr", "yes", "x-arouter-zdr is one of 0, 1, true, false."],
    ["x-arouter-hedge", "300", hedge],
    ["x-arouter-hedge", "300,", hedge],
    ["x-arouter-hedge", "-1,m", hedge],
    ["x-arouter-hedge", "600001,m", hedge],
    ["x-arouter-hedge", "1.5,m", hedge],
    ["x-arouter-hedge", ",m", hedge],
  ])("refused with 400: %s: %s", (header, value, message) => {
    expect(read({}, { [header]: value })).toEqual({
      class: "invalid-request",
      status: 400,
      code: "invalid_request",
      message,
      param: header,
    });
  });
});

test("a request that asks nothing has the one default object, by which ranking knows it", () => {
  const ask = read({}, { "x-arouter-zdr": "0", "x-arouter-data-collection": "allow" });
  expect("preferences" in ask && ask.preferences).toBe(defaultPreferences);
});

describe("R47 what is addressed to the gateway reaches no upstream", () => {
  const text = '{"model":"m","provider":{"sort":"price"},"models":["n"],"route":"fallback","seed":9007199254740993}';

  test("in bytes", () => {
    const bytes = spliceMembers(new TextEncoder().encode(text), { ...routingMembers, model: '"up"' });
    expect(new TextDecoder().decode(bytes)).toBe('{"model":"up","seed":9007199254740993}');
  });
  test("in a parsed body", () => {
    const body = { model: "m", provider: { sort: "price" }, models: ["n"], route: "fallback", stream: true };
    expect(withoutRoutingMembers(body)).toEqual({ model: "m", stream: true });
  });
  test("a body without them stays the same object", () => {
    const body = { model: "m" };
    expect(withoutRoutingMembers(body)).toBe(body);
  });
});

describe("R169 suffixes of model names", () => {
  const configured = new Set(["gpt-4o", "llama:free", "llama3:8b"]);
  test.each([
    ["gpt-4o", "gpt-4o", undefined],
    ["gpt-4o:nitro", "gpt-4o", "nitro"],
    ["gpt-4o:floor", "gpt-4o", "floor"],
    ["gpt-4o:free", "gpt-4o", "free"],
    ["other:free", "other", "free"],
    ["llama:free", "llama:free", undefined],
    ["llama:free:floor", "llama:free", "floor"],
    ["llama3:8b", "llama3:8b", undefined],
    ["llama3:8b:nitro", "llama3:8b", "nitro"],
    ["gpt-4o:Nitro", "gpt-4o:Nitro", undefined],
    ["gpt-4o:constructor", "gpt-4o:constructor", undefined],
    [":nitro", ":nitro", undefined],
    ["nitro", "nitro", undefined],
    ["gpt-4o:", "gpt-4o:", undefined],
  ] as const)("%s is %s with %j", (name, model, suffix) => {
    expect(splitModelName(name, (known) => configured.has(known))).toEqual({ model, suffix });
  });

  test.each([
    ["nitro", {}, { sort: "throughput" }],
    ["floor", {}, { sort: "price" }],
    ["free", {}, { free: true }],
    ["nitro", { sort: "price" }, { sort: "price" }],
    ["floor", { sort: "latency" }, { sort: "latency" }],
    ["free", { sort: "latency", zdr: true }, { sort: "latency", zdr: true, free: true }],
  ] as const)("%s after %j asks %j", (suffix, asked, expected) => {
    expect(withSuffix({ ...defaultPreferences, ...asked }, suffix)).toEqual({ ...defaultPreferences, ...expected });
  });

  test("no suffix changes nothing", () => expect(withSuffix(defaultPreferences, undefined)).toBe(defaultPreferences));
});
