import { expect, test } from "bun:test";
import { readOverrides } from "../../runtime/request/overrides.ts";

const none = {
  model: undefined,
  fallbackChain: undefined,
  validate: undefined,
  noPolicy: false,
  strict: false,
  maxCostNanos: undefined,
};

test.each([
  ["no header", {}, {}],
  [
    "R62 a chain, blanks and empty entries left out",
    { "x-arouter-fallback-chain": "a, b ,,c" },
    { fallbackChain: ["a", "b", "c"] },
  ],
  ["R62 an empty chain switches the rule's off", { "x-arouter-fallback-chain": "" }, { fallbackChain: [] }],
  ["R63 validators", { "x-arouter-require-validators": "json_schema" }, { validate: ["json_schema"] }],
  ["R63 a pinned model", { "x-arouter-model": "gpt-4.1" }, { model: "gpt-4.1" }],
  ["R63 no policy", { "x-arouter-no-policy": "1" }, { noPolicy: true }],
  ["no policy, switched off", { "x-arouter-no-policy": "0" }, {}],
  ["a limit of cost", { "x-arouter-max-cost-usd": " 0.0125 " }, { maxCostNanos: 12_500_000 }],
  ["a limit of nothing", { "x-arouter-max-cost-usd": "0" }, { maxCostNanos: 0 }],
  ["strict", { "x-arouter-strict": "true" }, { strict: true }],
])("%s", (_name, headers: Record<string, string>, expected) => {
  expect(readOverrides(new Headers(headers))).toEqual({ ...none, ...expected });
});

const amountMessage = 'x-arouter-max-cost-usd is an amount of US dollars, such as "0.05".';

test.each([
  [
    "nine models",
    { "x-arouter-fallback-chain": "a,b,c,d,e,f,g,h,i" },
    "x-arouter-fallback-chain has 9 entries; at most 8 are allowed.",
  ],
  [
    "nine validators",
    { "x-arouter-require-validators": "a,b,c,d,e,f,g,h,i" },
    "x-arouter-require-validators has 9 entries; at most 8 are allowed.",
  ],
  ["an empty pin", { "x-arouter-model": " " }, "x-arouter-model must name a model, in at most 256 characters."],
  ["a cost that is no amount", { "x-arouter-max-cost-usd": "$1" }, amountMessage],
  ["a cost below zero", { "x-arouter-max-cost-usd": "-1" }, amountMessage],
  ["a cost beyond counting", { "x-arouter-max-cost-usd": "99999999999999" }, amountMessage],
  ["a flag that is no flag", { "x-arouter-no-policy": "maybe" }, 'x-arouter-no-policy is "1" or "0".'],
])("R62 R63 refused with 400: %s", (_name, headers: Record<string, string>, message) => {
  expect(readOverrides(new Headers(headers))).toMatchObject({ class: "invalid-request", status: 400, message });
});
