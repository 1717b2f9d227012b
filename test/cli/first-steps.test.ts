import { expect, test } from "bun:test";
import { firstSteps } from "../../cli/first-steps.ts";
import { testGateway } from "../support/served.ts";

const { catalog } = testGateway({ upstreamUrl: "http://127.0.0.1:1" });
const { openai, anthropic } = catalog.providers;

test.each([
  ["gpt-4o", [anthropic, openai]],
  ["claude-sonnet-4-5", [anthropic]],
  ["gemini-2.5-flash", [anthropic && { ...anthropic, format: "gemini" as const }]],
  ["gpt-4o", [anthropic && { ...anthropic, format: "openai-responses" as const }]],
])("what is there to paste names a model that somebody serves: %s", (model, all) => {
  const providers = Object.fromEntries(all.flatMap((one, index) => (one === undefined ? [] : [[`p${index}`, one]])));
  const told = firstSteps("http://127.0.0.1:2", { catalog: { ...catalog, providers } }, false);
  expect(told).toContain(`"model":"${model}"`);
  expect(told).toContain(`model="${model}"`);
  expect(told).not.toContain("arouter init");
});

test("who has no configuration is told how to get one", () => {
  expect(firstSteps("http://127.0.0.1:2", { catalog }, true)).toContain("arouter init");
});
