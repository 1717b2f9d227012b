import type { Case, Exchanges, Expected, Gets, Proof, Row } from "./row.ts";
import { waysOf } from "./run-case.ts";
import type { Section } from "./sections.ts";

const introduction = `# Faults and what clients get

Every row was tried out: \`test/faults/table.test.ts\` makes the fault happen behind a running gateway and compares what
the client gets, how often each provider was asked, and which counters of \`GET /metrics\` moved. This page is written
from the same rows and checked against them; \`npm run golden\` writes it anew.

- Providers are called alpha and beta and are asked in this order; \`alpha/k1\` is a request with alpha's key \`k1\`. A row
  with alpha alone shows what happens when nobody else is left.
- *8 ways* means: the OpenAI and the Anthropic API, whole and streamed, to a provider of the same format and of the
  other.
- *bytes* is one request written on a socket, *scene* a procedure of its own; else the proof is a test of another file.
- *error event* is the end of a stream that had begun: the API's own error event and no terminator, so that no client
  takes the text for whole.
- Counters are shown without their prefix and the label \`model\`: \`failovers{alpha,beta,timeout}\` is
  \`arouter_failovers_total{from="alpha",to="beta",reason="timeout",…}\`. A number in front says how often, 1 is left out.
`;

const columns = ["ID", "Fault", "Whole answer", "Streamed answer", "Requests", "Counters", "Proof"];

/** The page about all rows, as Markdown. */
export function faultTable(sections: readonly Section[]): string {
  const parts = sections.map(({ title, rows }) => {
    const lines = rows.flatMap(rowLines).map((cells) => `| ${cells.map(cell).join(" | ")} |`);
    return [`## ${title}`, "", `| ${columns.join(" | ")} |`, `|${" --- |".repeat(columns.length)}`, ...lines, ""].join(
      "\n",
    );
  });
  return [introduction, ...parts].join("\n");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

function rowLines({ id, fault, cases = [], provenBy = [] }: Row): readonly (readonly string[])[] {
  const elsewhere = provenBy.map(proofText).join("; ");
  const lines = cases.map((one, index) => {
    const [whole, stream, hits, moved, proof] = caseCells(one);
    const proofs = index === 0 && elsewhere !== "" ? `${proof}; ${elsewhere}` : proof;
    return [id, one.name === undefined ? fault : `${fault}: ${one.name}`, whole, stream, hits, moved, proofs];
  });
  return lines.length > 0 ? lines : [[id, fault, "", "", "", "", elsewhere]];
}

function proofText(proof: Proof): string {
  if ("compilerCase" in proof) return `the compiler's case \`${proof.compilerCase}\``;
  return `\`${proof.file.replace(/^test\//, "")}\`: ${proof.title}`;
}

type Cells = readonly [whole: string, stream: string, hits: string, moved: string, proof: string];

function caseCells(one: Case): Cells {
  switch (one.kind) {
    case "exchanges":
      return exchangesCells(one);
    case "raw": {
      const told = [one.status].flat().map((status) => (status === 0 ? "closed" : String(status)));
      return [told.join(" or "), "", "none", "", "bytes"];
    }
    case "scene":
      return [one.gets, "", one.hits ?? "", one.moved ?? "", "scene"];
  }
}

function exchangesCells(one: Exchanges): Cells {
  const { whole, stream, only } = one;
  const split = (text: (of: Expected) => string) => {
    const [first, second] = [text(whole), text(stream)];
    return only === "stream"
      ? second
      : only === "whole" || first === second
        ? first
        : `whole: ${first}; streamed: ${second}`;
  };
  return [
    only === "stream" ? "" : getsText(whole),
    only === "whole" ? "" : only === undefined && getsText(whole) === getsText(stream) ? "the same" : getsText(stream),
    split(({ hits }) =>
      Object.entries(hits)
        .map(([name, count]) => `${name} ${count}`)
        .join(", "),
    ),
    split(({ moved }) =>
      Object.entries(moved)
        .map(([name, count]) => `${count === 1 ? "" : `${count} `}\`${name}\``)
        .join(", "),
    ),
    `${waysOf(one).length} ways`,
  ];
}

function getsText({ gets }: Expected): string {
  const texts = gets.map(getText);
  return texts.map((text, index) => (index === 0 ? text : index === 1 ? `then ${text}` : text)).join("; ");
}

function getText(gets: Gets): string {
  switch (gets.kind) {
    case "answer":
      return `${gets.text === "" ? "an empty answer" : "the answer"} of ${gets.from}${attemptsText(gets.attempts)}`;
    case "cut":
      return `a part of ${gets.from}'s answer, error event`;
    case "malformed":
      return gets.what;
    case "error": {
      const { status, retryAfter, shouldRetry, attempts } = gets;
      const code =
        typeof status === "number" ? `${status}` : `${status.chat} (OpenAI API), ${status.messages} (Anthropic API)`;
      const after = retryAfter === undefined ? "" : `, Retry-After: ${retryAfter.replace("-", " to ")}`;
      const again = shouldRetry === undefined ? "" : `, x-should-retry: ${shouldRetry}`;
      return code + after + again + attemptsText(attempts);
    }
  }
}

function attemptsText(attempts: number): string {
  return attempts === 1 ? "" : attempts === 0 ? " (not sent)" : ` (attempt ${attempts})`;
}
