import { expect, test } from "bun:test";
import { familyOf, knownTraitsOf } from "../../runtime/wire/anthropic-messages/traits.ts";

test.each([
  ["claude-sonnet-4.5", "claude-sonnet-4-5"],
  ["anthropic/claude-opus-4.6", "claude-opus-4-6"],
  ["anthropic/claude-3.5-haiku", "claude-3-5-haiku-20241022"],
  ["us.anthropic.claude-haiku-4-5-20251001-v1:0", "claude-haiku-4-5"],
])("%s of a reseller is what Anthropic calls %s", (reseller, own) => {
  expect(knownTraitsOf(reseller)).toBeDefined();
  expect(knownTraitsOf(reseller)).toEqual(knownTraitsOf(own));
  expect(familyOf(reseller)).toBe(familyOf(own));
});
