import type { WireFormat } from "../../../runtime/contract.ts";
import { columns } from "../columns.ts";
import { upstreams } from "../upstreams.ts";
import { apiNames, rows } from "./rows.ts";

/** A cell that passed, and what its translation said it left out or changed. */
export type Cell = Readonly<{ lost: readonly string[] }>;

/** The whole and the streamed cell of a client, an upstream and a row; undefined where one failed. */
export type Ways = (client: WireFormat, upstream: WireFormat, title: string) => readonly (Cell | undefined)[];

const introduction = `# Formats, any to any

Every cell was run: \`test/conformance/matrix.test.ts\` asks with the official client of the API on the left, through a
running gateway, a simulated vendor that is as strict as the real one. This page is written from that run and checked
against it; \`npm run golden\` writes it anew.

*yes* means that the client got all of it, in one piece and streamed. A code names what the upstream's API has no word for:
the answer's header \`x-arouter-warnings\` says it with its place, \`arouter_translation_losses_total\` counts it, and
\`x-arouter-strict: 1\` or \`translation.on_loss = "reject"\` makes it a 400 before anything is sent.
`;

export function formatsPage(cellOf: Ways): string {
  const tables = columns.map(({ name, wire }) =>
    [
      `## ${apiNames[wire]} clients (${name})`,
      "",
      `| | ${upstreams.map(({ upstream }) => `to ${apiNames[upstream]}`).join(" | ")} |`,
      `|---|${upstreams.map(() => "---|").join("")}`,
      ...rows.map(
        ({ title }) =>
          `| ${title} | ${upstreams.map(({ upstream }) => cellText(cellOf(wire, upstream, title))).join(" | ")} |`,
      ),
    ].join("\n"),
  );
  return `${introduction}\n${tables.join("\n\n")}\n`;
}

function cellText(ways: readonly (Cell | undefined)[]): string {
  const [whole, streamed] = ways.map((cell) => (cell === undefined ? "fails" : lossText(cell)));
  return whole === streamed ? (whole ?? "") : `${whole}; streamed: ${streamed}`;
}

function lossText({ lost }: Cell): string {
  return lost.length === 0 ? "yes" : lost.map((code) => `\`${code}\``).join(", ");
}
