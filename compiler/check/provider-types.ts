import type { Rule } from "../check.ts";
import { type Diagnostic, diagnostic } from "../diagnostics.ts";
import { type Entry, entryOf, nodeAt } from "../node.ts";
import { suggest } from "../suggest.ts";

const vendors = ["openai", "anthropic"];
const geminiNames = ["google", "gemini"];
/** https://ai.google.dev/gemini-api/docs/openai */
const geminiUrl = "https://generativelanguage.googleapis.com/v1beta/openai";

/** A provider without `type` is told by its name, else it speaks Anthropic's API; but no key is sent to a host that nobody named. */
export const providerTypes: Rule = ({ config }) => {
  const providers = nodeAt(config.root, ["providers"]);
  return providers?.kind === "map" ? providers.entries.flatMap(problems) : [];
};

function problems({ key: name, keySpan, value }: Entry): readonly Diagnostic[] {
  if (vendors.includes(name) || entryOf(value, "type") !== undefined) return [];
  if (geminiNames.includes(name)) {
    const hint = `Use its OpenAI API: type = "openai", base_url = "${geminiUrl}" and path = "/chat/completions".`;
    return [diagnostic("AR208", keySpan, "The Gemini API is not supported yet.", { hint })];
  }
  if (entryOf(value, "base_url") !== undefined) return [];
  const message = `Nothing tells where provider ${JSON.stringify(name)} is, nor which API it speaks.`;
  const hint = 'Add base_url, and type = "openai" unless it speaks the Anthropic API.';
  return [diagnostic("AR208", keySpan, message, { hint: suggest(name, vendors) ?? hint })];
}
