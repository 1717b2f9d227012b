import type { Offer } from "../../runtime/contract.ts";
import { unknown } from "../trace-texts.ts";
import type { Effect, Ends, Sizes } from "./effect.ts";

/** The columns of what a thousand requests cost. */
export const moneyTitles = ["asked for", "before", "now", "cost before", "cost now", "saved"] as const;

export function moneyRow({ asked, from, to, costFrom, costTo }: Effect): readonly string[] {
  const saved = costFrom && costTo && savedText(costFrom, costTo);
  return [asked, offerText(from), offerText(to), endsText(costFrom), endsText(costTo), saved ?? unknown];
}

/** `250 to 399 input tokens and 500 output tokens`. */
export function sizesText({ inputLeast, inputMost, output }: Sizes): string {
  const input = inputLeast === inputMost ? String(inputMost) : `${inputLeast} to ${inputMost}`;
  return `${input} input tokens and ${output} output tokens`;
}

function offerText(offer: Offer | undefined): string {
  return offer === undefined ? "nobody" : `${offer.provider}/${offer.model}`;
}

function endsText(ends: Ends | undefined): string {
  if (ends === undefined) return unknown;
  const [least, most] = [usdText(ends.least), usdText(ends.most)];
  return least === most ? least : `${least} to ${most}`;
}

/** What is paid more has a minus. */
function savedText(from: Ends, to: Ends): string {
  const ends = [from.least - to.least, from.most - to.most].sort((a, b) => a - b);
  const [least, most] = ends.map(usdText);
  return least === most || least === undefined ? (most ?? unknown) : `${least} to ${most}`;
}

/** Nano-USD as dollars to a hundredth of a cent. */
function usdText(nanos: number): string {
  const usd = nanos / 1e9;
  return `${usd < 0 ? "-" : ""}$${Math.abs(usd).toFixed(4)}`;
}
