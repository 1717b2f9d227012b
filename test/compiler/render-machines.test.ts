import { expect, test } from "bun:test";
import { diagnostic } from "../../compiler/diagnostics.ts";
import type { Findings } from "../../compiler/judge.ts";
import { renderPretty } from "../../compiler/render.ts";
import { renderGithub } from "../../compiler/render-github.ts";
import { renderSarif } from "../../compiler/render-sarif.ts";
import { withoutNotes } from "../../compiler/without-notes.ts";
import { sourcesOf } from "./sources-of.ts";

const config = "[a]\nbé = 1\n";
const policies = "rules:\n  - 😀 x\n  - y\n";
const sources = sourcesOf(config, policies);
const within = (file: string, text: string, part: string) => {
  const start = text.indexOf(part);
  return { file, start, end: start + part.length };
};
const entry = within("arouter.toml", config, "bé");
const item = within("policies.yaml", policies, "x");
const both = within("policies.yaml", policies, "😀 x\n  - y");

const witness = {
  endpoint: "messages",
  model: "claude-sonnet-4-5",
  stream: true,
  hasTools: true,
  hasImage: true,
  responseFormat: "json_schema",
  maxTokens: 9,
  inputTokens: 1,
  headers: { "x-team": "search" },
} as const;

const findings: Findings = {
  sources,
  diagnostics: [
    diagnostic("AR203", entry, "100% wrong: a,b\r\nnext", { hint: 'Did you mean "c"?' }),
    diagnostic("AR301", both, "Never.", { related: [{ message: "The other.", span: item }], witness }),
    diagnostic("AR341", item, "Unknown."),
  ],
  untold: 2,
  ignored: [{ diagnostic: diagnostic("AR303", item, "Twice."), reason: "on purpose" }],
};

test("a witness is one line, with the path it is sent to", () => {
  const shown = renderPretty(findings, { color: false });
  expect(shown).toContain(
    '\n  = for example: model "claude-sonnet-4-5", 1 input token, max_tokens 9, tools, an image, streamed, response format json_schema, header x-team: search, POST /v1/messages\n',
  );
  expect(shown).toEndWith("\n… and 2 more.\n");
  expect(shown).toContain("note AR341 not-in-catalogue: Unknown.");
});

test("without notes, what is untold is only told where it may be graver", () => {
  const { diagnostics } = findings;
  const codesOf = (some: Findings) => some.diagnostics.map(({ code }) => code);
  expect(codesOf(withoutNotes(findings))).toEqual(["AR203", "AR301"]);
  expect(withoutNotes(findings)).toMatchObject({ untold: 0, ignored: [{ reason: "on purpose" }] });
  expect(withoutNotes({ ...findings, diagnostics: diagnostics.slice(0, 2) }).untold).toBe(2);
});

test("workflow commands of GitHub: data and properties escaped, columns only within one line", () => {
  const shown = renderGithub(findings, { folder: "deploy/a,b:c/" });
  expect(shown.split("\n")).toEqual([
    '::error file=deploy/a%2Cb%3Ac/arouter.toml,line=2,endLine=2,col=1,endColumn=3,title=AR203 unknown-provider::100%25 wrong: a,b%0D%0Anext%0ADid you mean "c"?',
    '::warning file=deploy/a%2Cb%3Ac/policies.yaml,line=2,endLine=3,title=AR301 unreachable-rule::Never.%0AFor example: model "claude-sonnet-4-5", 1 input token, max_tokens 9, tools, an image, streamed, response format json_schema, header x-team: search, POST /v1/messages',
    "::notice file=deploy/a%2Cb%3Ac/policies.yaml,line=2,endLine=2,col=8,endColumn=9,title=AR341 not-in-catalogue::Unknown.",
    "::notice::… and 2 more.",
    "",
  ]);
});

test("SARIF: results point at rules, at places in UTF-16 units, at related places, and tell what silences them", () => {
  const log = JSON.parse(renderSarif(findings, { folder: "my policies/", version: "1.2.3" }));
  const [run] = log.runs;
  const { driver } = run.tool;
  expect(log).toMatchObject({ $schema: "https://json.schemastore.org/sarif-2.1.0.json", version: "2.1.0" });
  expect(driver).toMatchObject({ name: "ARouter", version: "1.2.3" });
  expect(run).toMatchObject({ columnKind: "utf16CodeUnits", properties: { untold: 2 } });
  expect(Object.keys(run.originalUriBaseIds)).toEqual(["%SRCROOT%"]);

  const place = (file: string, region: readonly number[]) => ({
    physicalLocation: {
      artifactLocation: { uri: `my%20policies/${file}`, uriBaseId: "%SRCROOT%" },
      region: { startLine: region[0], startColumn: region[1], endLine: region[2], endColumn: region[3] },
    },
  });
  expect(run.results.map(({ ruleIndex: _, message: __, ...rest }: Record<string, unknown>) => rest)).toEqual([
    {
      ruleId: "AR203",
      level: "error",
      locations: [place("arouter.toml", [2, 1, 2, 3])],
      relatedLocations: [],
      suppressions: [],
    },
    {
      ruleId: "AR301",
      level: "warning",
      locations: [place("policies.yaml", [2, 5, 3, 6])],
      relatedLocations: [{ id: 0, ...place("policies.yaml", [2, 8, 2, 9]), message: { text: "The other." } }],
      properties: { witness },
      suppressions: [],
    },
    {
      ruleId: "AR341",
      level: "note",
      locations: [place("policies.yaml", [2, 8, 2, 9])],
      relatedLocations: [],
      suppressions: [],
    },
    {
      ruleId: "AR303",
      level: "warning",
      locations: [place("policies.yaml", [2, 8, 2, 9])],
      relatedLocations: [],
      suppressions: [{ kind: "inSource", justification: "on purpose" }],
    },
  ]);
  for (const { ruleId, ruleIndex, message } of run.results) {
    expect(driver.rules[ruleIndex]).toMatchObject({ id: ruleId });
    expect(message.text).not.toBe("");
  }
  expect(new Set(driver.rules.map(({ id }: { id: string }) => id)).size).toBe(driver.rules.length);
  for (const { help, shortDescription, defaultConfiguration } of driver.rules) {
    expect([help.text, shortDescription.text]).not.toContain("");
    expect(["error", "warning", "note"]).toContain(defaultConfiguration.level);
  }
});
