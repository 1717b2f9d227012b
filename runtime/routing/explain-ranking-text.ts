import type { ExplainedOffer, RankingExplanation } from "./explain-ranking.ts";

/** A ranking as a table for a terminal; `-` is a place or a figure there is not. Ends with a line break. */
export function describeRanking({ model, strategy, sort, offers }: RankingExplanation): string {
  const rows = [columns, ...offers.map(cells)];
  const widths = columns.map((_, column) => Math.max(...rows.map((row) => [...(row[column] ?? "")].length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => pad(cell, widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  const ordered = sort === null ? `by strategy ${strategy}` : `sorted by ${sort}, as the request asks`;
  return `${[`${model}: ${offers.length} ${offers.length === 1 ? "offer" : "offers"}, ${ordered}`, ...lines].join("\n")}\n`;
}

const columns = ["#", "offer", "priority", "weight", "$ in/out per 1M", "tokens/s", "ms to first", "why"] as const;

function cells(offer: ExplainedOffer): readonly string[] {
  const { place, provider, model, priority, weight, price, tps, latency_ms, why } = offer;
  return [
    figure(place),
    `${provider}/${model}`,
    figure(priority),
    figure(weight),
    price === null ? "-" : `${price.prompt}/${price.completion}`,
    figure(tps),
    figure(latency_ms),
    why,
  ];
}

function figure(value: number | null): string {
  return value === null ? "-" : String(Math.round(value * 10) / 10);
}

function pad(cell: string, width: number): string {
  return cell + " ".repeat(Math.max(0, width - [...cell].length));
}
