import type { Price } from "../../runtime/contract.ts";

/**
 * Percent of the standard rates that the other services of a vendor cost, by its id in the catalogue: where the vendor
 * names one number for all models. Looked up 2026-11-21.
 *
 * OpenAI: batches cost half (developers.openai.com/api/docs/guides/batch) and flex processing is at batch rates
 * (…/guides/flex-processing); priority processing has prices of its own for every model.
 * Google: half for both, 75 to 100 percent more for priority (ai.google.dev/gemini-api/docs/optimization).
 * Anthropic: batches cost half (platform.claude.com/docs/en/build-with-claude/batch-processing); priority is by contract.
 */
export const servicePercents: Readonly<Record<string, NonNullable<Price["services"]>>> = {
  anthropic: { batch: 50 },
  google: { batch: 50, flex: 50 },
  openai: { batch: 50, flex: 50 },
};
