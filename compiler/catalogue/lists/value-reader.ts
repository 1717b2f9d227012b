import type { Rates } from "../../../runtime/contract.ts";
import { defined } from "../../defined.ts";
import { type Diagnostic, diagnostic } from "../../diagnostics.ts";
import type { ListedPrice } from "../../ir.ts";
import { roundedNanos } from "../../nanos.ts";
import { type Node, toValue } from "../../node.ts";

/** Amounts of a list that are in US dollars per million tokens, or per token. */
export type Unit = "million" | "token";

const hint = "Correct it in the file, or take another list.";

/** Reads values of a list; what is of the wrong kind is not known, and prices that are none are reported. */
export function valueReader(unit: Unit) {
  const found: Diagnostic[] = [];

  function usd(node: Node | undefined, factor = unit === "token" ? 1_000_000 : 1): number | undefined {
    if (node === undefined || node.kind === "null") return undefined;
    const amount = node.kind === "string" && node.value.trim() !== "" ? Number(node.value) : toValue(node);
    // A router's price depends on where it leads.
    if (amount === -1) return undefined;
    if (typeof amount === "number" && amount >= 0 && amount * factor <= 1_000_000) return roundedNanos(amount * factor);
    const said = node.kind === "string" || node.kind === "number" ? ` ${JSON.stringify(node.value)}` : "";
    found.push(diagnostic("AR214", node.span, `The price${said} is no amount of US dollars.`, { hint }));
    return undefined;
  }

  function rates(nodes: RateNodes): Rates | undefined {
    const input = usd(nodes.input);
    const output = usd(nodes.output);
    const cached = defined({
      cacheRead: usd(nodes.cacheRead),
      cacheWrite: usd(nodes.cacheWrite),
      cacheWriteLong: usd(nodes.cacheWriteLong),
    });
    // Embeddings have no output to pay for.
    return input === undefined ? undefined : { input, output: output ?? 0, ...cached };
  }

  /** Undefined where there is none for tokens. */
  function price(nodes: RateNodes, longPrompts: readonly LongPrompts[]): ListedPrice | undefined {
    const base = rates(nodes);
    const tiers = [...longPrompts]
      .sort((a, b) => a.above - b.above)
      .flatMap(({ above, nodes: long }) => {
        const higher = rates(long);
        return higher === undefined ? [] : [{ above, ...higher }];
      });
    return base && { ...base, ...(tiers.length === 0 ? {} : { tiers }) };
  }

  return { usd, price, found };
}

/** Where the prices of one period stand. */
export type RateNodes = Readonly<Record<keyof Rates, Node | undefined>>;

/** Where those of prompts with more tokens stand. */
export type LongPrompts = Readonly<{ above: number; nodes: RateNodes }>;

export function tokensOf(node: Node | undefined): number | undefined {
  return node?.kind === "number" && Number.isInteger(node.value) && node.value > 0 ? node.value : undefined;
}

export function flagOf(node: Node | undefined): boolean | undefined {
  return node?.kind === "boolean" ? node.value : undefined;
}

export function textOf(node: Node | undefined): string | undefined {
  return node?.kind === "string" ? node.value : undefined;
}

/** Undefined where there is no list. */
export function wordsOf(node: Node | undefined): readonly string[] | undefined {
  return node?.kind === "list" ? node.items.flatMap((item) => textOf(item) ?? []) : undefined;
}
