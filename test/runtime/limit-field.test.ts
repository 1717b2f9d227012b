import { expect, test } from "bun:test";
import { withLimitField } from "../../runtime/adapt/limit-field.ts";
import { compatible, vendor } from "../support/translation.ts";

const rows = [
  ["a reasoning model", "gpt-5", vendor, '{ "max_tokens":5, "n":1e400 }', '{ "n":1e400 ,"max_completion_tokens":5}'],
  ["the newer name wins", "o3", vendor, '{"max_tokens":5,"max_completion_tokens":6}', '{"max_completion_tokens":6}'],
  ["null is a value", "gpt-5", vendor, '{"max_tokens":null}', '{"max_completion_tokens":null}'],
  ["the right name already", "gpt-5", vendor, '{ "max_completion_tokens" : 5 }', '{ "max_completion_tokens" : 5 }'],
  ["no limit", "gpt-5", vendor, '{ "model":"gpt-5" }', '{ "model":"gpt-5" }'],
  ["only its own member", "gpt-5", vendor, '{"a":{"max_tokens":5}}', '{"a":{"max_tokens":5}}'],
  ["a model that takes both", "gpt-4o", vendor, '{"max_tokens":5}', '{"max_tokens":5}'],
  ["a reseller of a reasoning model", "openai/gpt-5", compatible, '{"max_tokens":5}', '{"max_completion_tokens":5}'],
  ["a model nobody knows", "llama", compatible, '{"max_tokens":5}', '{"max_tokens":5}'],
  [
    "as configured",
    "m",
    { ...compatible, maxTokensField: "max_tokens" },
    '{"max_completion_tokens":5}',
    '{"max_tokens":5}',
  ],
] as const;

test.each(rows)("P05 the limit in a Chat client's own bytes: %s", (_title, model, dialect, sent, received) => {
  const bytes = withLimitField(new TextEncoder().encode(sent), model, dialect);
  expect(new TextDecoder().decode(bytes)).toBe(received);
});
