/** Readable on a light and on a dark page; no font has to be loaded. */
export const flowStyle = `<style>
text { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", "DejaVu Sans Mono", monospace; font-size: 12px; fill: #1f2328; white-space: pre; }
.strong { font-weight: 600; }
.quiet { fill: #59636e; }
.page { fill: #ffffff; }
.rule { fill: #f6f8fa; stroke: #818b98; }
.first { fill: #ddf4ff; stroke: #0969da; }
.next { fill: #fff8c5; stroke: #9a6700; stroke-dasharray: 6 3; }
.hedge { fill: #fbefff; stroke: #8250df; stroke-dasharray: 2 3; }
.end { fill: #ffffff; stroke: #818b98; }
.sure, .late { fill: none; stroke: #59636e; stroke-width: 1.5; }
.late { stroke-dasharray: 5 4; }
.tip { fill: #59636e; }
@media (prefers-color-scheme: dark) {
  text { fill: #f0f6fc; }
  .quiet { fill: #9198a1; }
  .page { fill: #0d1117; }
  .rule { fill: #151b23; stroke: #656c76; }
  .first { fill: #121d2f; stroke: #4493f8; }
  .next { fill: #272115; stroke: #d29922; }
  .hedge { fill: #211930; stroke: #ab7df8; }
  .end { fill: #0d1117; stroke: #656c76; }
  .sure, .late { stroke: #9198a1; }
  .tip { fill: #9198a1; }
}
</style>`;
