import type { RuleIR } from "../ir.ts";
import { documentMark } from "./document-mark.ts";
import { type Box, boxesOf, type FlowBoxes, type Line, otherwise } from "./flow-boxes.ts";
import { flowRows } from "./flow-rows.ts";
import { flowStyle } from "./flow-style.ts";
import { visibleLine } from "./visible-line.ts";

/** All in pixels. */
const margin = 24;
const lineHeight = 18;
const padding = 10;
const rowGap = 28;
/** Room for the arrow from one model to the next, and what is written beside it. */
const chainGap = 34;
const headHeight = 64;
const widths = { rule: 400, first: 264, next: 264, hedge: 264, end: 264 } as const satisfies Record<
  Box["kind"],
  number
>;
const ruleX = margin;
const modelX = ruleX + widths.rule + 64;
const hedgeX = modelX + widths.first + 108;

/**
 * The way of a request through the rules, as SVG: rules from top to bottom, beside each the models of its chain and the one
 * it races with. The same rules give the same picture. Text is never wider than its box in any common monospaced font.
 */
export function flowPicture(rules: readonly RuleIR[]): string {
  const rows = [...flowRows(rules).map(boxesOf), otherwise];
  const width =
    (rows.some(({ hedge }) => hedge !== undefined) ? hedgeX + widths.hedge : modelX + widths.first) + margin;
  let y = headHeight;
  const drawn = rows.map((row, index) => {
    const shown = drawRow(row, y, index === rows.length - 1);
    y += rowHeight(row) + rowGap;
    return shown;
  });
  const height = y - rowGap + margin;
  return `${documentMark}
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">
<title id="title">The way of a request through ${rules.length === 1 ? "1 rule" : `${rules.length} rules`}</title>
<desc id="description">${escaped(rows.map(sentence).join(" "))}</desc>
${flowStyle}
<rect class="page" width="${width}" height="${height}"/>
<text class="quiet" x="${ruleX}" y="${margin + padding}">A request is tried from top to bottom; the first rule that matches decides.</text>
${arrow(ruleX + widths.rule / 2, headHeight - 20, ruleX + widths.rule / 2, headHeight)}
${drawn.join("\n")}
</svg>
`;
}

function drawRow(row: FlowBoxes, y: number, isLast: boolean): string {
  const { rule, models, hedge } = row;
  const middle = y + padding + lineHeight / 2;
  const below = ruleX + widths.rule / 2;
  const next = isLast
    ? []
    : [
        arrow(below, y + boxHeight(rule), below, y + rowHeight(row) + rowGap),
        label("no", below + 8, y + rowHeight(row) + rowGap / 2 + 4),
      ];
  const race =
    hedge === undefined
      ? []
      : [
          arrow(modelX + widths.first, middle, hedgeX, middle, "late"),
          label(hedge.cause, modelX + widths.first + 54, middle - 6, "middle"),
          drawBox(hedge.box, hedgeX, y),
        ];
  return [
    "<g>",
    drawBox(rule, ruleX, y),
    arrow(ruleX + widths.rule, middle, modelX, middle),
    ...(isLast ? [] : [label("yes", ruleX + widths.rule + 30, middle - 6, "middle")]),
    ...drawChain(models, y),
    ...race,
    ...next,
    "</g>",
  ].join("\n");
}

function drawChain(models: FlowBoxes["models"], top: number): readonly string[] {
  let y = top;
  return models.flatMap(({ box, cause }, index) => {
    const at = y;
    y += boxHeight(box) + chainGap;
    const x = modelX + 24;
    const led =
      index === 0 ? [] : [arrow(x, at - chainGap, x, at, "late"), label(cause, x + 10, at - chainGap / 2 + 4)];
    return [...led, drawBox(box, modelX, at)];
  });
}

function rowHeight({ rule, models, hedge }: FlowBoxes): number {
  const chain = models.reduce((sum, { box }) => sum + boxHeight(box) + chainGap, -chainGap);
  return Math.max(boxHeight(rule), chain, hedge === undefined ? 0 : boxHeight(hedge.box));
}

function boxHeight({ lines }: Box): number {
  return lines.length * lineHeight + 2 * padding;
}

function drawBox(box: Box, x: number, y: number): string {
  const { kind, lines, full } = box;
  const texts = lines.map((line, index) => drawLine(line, x + padding, y + padding + lineHeight * (index + 0.72)));
  return `<g><title>${escaped(full)}</title><rect class="${kind}" x="${x}" y="${y}" width="${widths[kind]}" height="${boxHeight(box)}" rx="6"/>
${texts.join("\n")}</g>`;
}

function drawLine({ text, style }: Line, x: number, y: number): string {
  return `<text class="${style}" x="${x}" y="${y}">${escaped(text)}</text>`;
}

function label(text: string, x: number, y: number, anchor: "start" | "middle" = "start"): string {
  return `<text class="quiet" x="${x}" y="${y}" text-anchor="${anchor}">${escaped(text)}</text>`;
}

const head = 7;

/** Straight down or to the right, with its tip at the end. */
function arrow(x: number, y: number, toX: number, toY: number, style: "sure" | "late" = "sure"): string {
  const isDown = x === toX;
  const [endX, endY] = isDown ? [toX, toY - head] : [toX - head, toY];
  const tip = isDown
    ? `${toX - 4},${endY} ${toX + 4},${endY} ${toX},${toY}`
    : `${endX},${toY - 4} ${endX},${toY + 4} ${toX},${toY}`;
  return `<path class="${style}" d="M${x} ${y}L${endX} ${endY}"/><polygon class="tip" points="${tip}"/>`;
}

function sentence({ rule, models, hedge }: FlowBoxes): string {
  const chain = models.map(({ box, cause }) => (cause === "" ? box.full : `if ${cause}: ${box.full}`)).join("; ");
  const race = hedge === undefined ? "" : `; ${hedge.cause}: ${hedge.box.full}`;
  return `${rule.full}. Then ${chain}${race}.`;
}

/** Text of an element or an attribute (XML 1.0). */
function escaped(text: string): string {
  return visibleLine(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
