import type { Usage } from "../wire/canonical.ts";

/** What an attempt used. `isEstimate`: the upstream did not come to tell all of it, so a part is the gateway's guess. */
export type Used = Readonly<{ usage: Usage; isEstimate: boolean }>;

/** All that is known of an attempt's use when it is over. */
export type UseSeen = Readonly<{
  /** What the upstream reported; before its answer is whole that is not the last word. */
  reported: Usage | undefined;
  isWhole: boolean;
  /** Characters of text, reasoning and arguments that came. */
  spokenChars: number;
  /** A rough count of the request's input, in tokens. */
  estimatedInput: number;
}>;

/** As good as any guess without counting. */
const charsPerToken = 4;

/** Tokens that flowed are never taken for none. Undefined where nothing was said, neither by the model nor of its use. */
export function usedOf({ reported, isWhole, spokenChars, estimatedInput }: UseSeen): Used | undefined {
  if (reported !== undefined && isWhole) return { usage: reported, isEstimate: false };
  if (reported === undefined && spokenChars === 0) return undefined;
  const known = reported ?? { ...nothing, uncachedInput: estimatedInput };
  const output = Math.max(known.output, Math.ceil(spokenChars / charsPerToken));
  return { usage: { ...known, output }, isEstimate: true };
}

const nothing: Usage = {
  uncachedInput: 0,
  cacheRead: 0,
  cacheWrite: 0,
  output: 0,
  reasoning: 0,
  cacheWriteKnown: false,
};

/** All tokens of a usage. */
export function tokensOf({ uncachedInput, cacheRead, cacheWrite, output }: Usage): number {
  return uncachedInput + cacheRead + cacheWrite + output;
}
