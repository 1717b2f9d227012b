import { Buffer } from "node:buffer";
import type { Gateway } from "../contract.ts";

/** As good as any guess without counting. */
export const bytesPerToken = 4;

/** The tokens of all texts together, for answers that say they are estimates. */
export type EstimateTokens = (texts: readonly string[]) => Promise<number>;

/** Counted where the gateway has a tokenizer, else guessed from the length in bytes. */
export function estimateTokens({ tokenizer }: Pick<Gateway, "tokenizer">): EstimateTokens {
  return async (texts) => {
    if (tokenizer === undefined) return Math.ceil(Buffer.byteLength(texts.join("")) / bytesPerToken);
    await tokenizer.load();
    return tokenizer.count(texts, "all").least;
  };
}
