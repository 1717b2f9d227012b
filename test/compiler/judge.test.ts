import { describe, expect, test } from "bun:test";
import { understandSources } from "../../compiler/compile.ts";
import { compileSources } from "./compile-case.ts";
import { sourcesOf } from "./sources-of.ts";

const router = '[router]\npolicy_file = "policies.yaml"\n';

/** Two rules, of which the second is never reached. */
const late = (comment = "") => `rules:
  - name: all
    then: { model: gpt-4o-mini }
${comment}  - name: late
    when: { stream: true }
    then: { model: gpt-4o-mini }
`;

/** Code, severity and line of what is told, and the reasons of what is not. */
function told(config: string, policies: string, strict = false) {
  const sources = sourcesOf(config, policies);
  const { ok, diagnostics, ignored = [] } = understandSources(sources, { strict });
  const lineOf = (file: string, offset: number) =>
    (file === "arouter.toml" ? config : policies).slice(0, offset).split("\n").length;
  return {
    ok,
    found: diagnostics.map(
      ({ code, severity, span }) => `${severity} ${code} ${span.file}:${lineOf(span.file, span.start)}`,
    ),
    ignored: ignored.map(({ diagnostic, reason }) => `${diagnostic.code}: ${reason}`),
  };
}

describe("[lint]", () => {
  test.each([
    ["", true, ["warning AR301 policies.yaml:4"]],
    ['AR301 = "error"', false, ["error AR301 policies.yaml:4"]],
    ['unreachable-rule = "error"', false, ["error AR301 policies.yaml:4"]],
    ['AR301 = "note"', true, ["note AR301 policies.yaml:4"]],
    ['AR301 = "off"', true, []],
    ["warnings_as_errors = true", false, ["error AR301 policies.yaml:4"]],
    ["warningsAsErrors = true", false, ["error AR301 policies.yaml:4"]],
    ["warnings_as_errors = false", true, ["warning AR301 policies.yaml:4"]],
    ['warnings_as_errors = true\nAR301 = "note"', true, ["note AR301 policies.yaml:4"]],
  ])("%p", (lint, ok, found) => {
    expect(told(`${router}[lint]\n${lint}\n`, late())).toEqual({ ok, found, ignored: [] });
  });

  test("strict counts warnings as errors, and notes as notes", () => {
    expect(told(router, late(), true)).toMatchObject({ ok: false, found: ["error AR301 policies.yaml:4"] });
    expect(told(`${router}[lint]\nAR301 = "note"\n`, late(), true)).toMatchObject({ ok: true });
  });

  test("what is switched off stays so beside errors", () => {
    const config = `listen_addr = "0.0.0.0:80"\n${router}[lint]\nAR306 = "off"\n`;
    expect(told(config, late()).found).toEqual(["error AR205 arouter.toml:1"]);
  });
});

describe("# arouter-ignore", () => {
  test.each([
    ["above", late("  # arouter-ignore AR301: soon\n"), ["AR301: soon"]],
    ["above, by name", late("  # arouter-ignore unreachable-rule: soon\n"), ["AR301: soon"]],
    ["above other comments and empty lines", late("  # arouter-ignore AR301: soon\n\n  # late\n"), ["AR301: soon"]],
    ["at the end of the line", late().replace("late\n", "late # arouter-ignore AR301: soon\n"), ["AR301: soon"]],
    ["around it", late().replace("rules:", "rules: # arouter-ignore AR301: all of them"), ["AR301: all of them"]],
  ])("%s", (_, policies, ignored) => {
    expect(told(router, policies)).toEqual({ ok: true, found: [], ignored });
  });

  test("neither elsewhere nor another code", () => {
    const above = `# arouter-ignore AR301: the first\n${late()}`.replace("rules:\n", "# none\nrules:\n");
    expect(told(router, above)).toMatchObject({ found: [], ignored: ["AR301: the first"] });
    const first = late().replace("  - name: all", "  # arouter-ignore AR301: the first\n  - name: all");
    expect(told(router, first).found).toEqual(["warning AR352 policies.yaml:2", "warning AR301 policies.yaml:5"]);
    const other = late("  # arouter-ignore AR302: the other\n");
    expect(told(router, other).found).toEqual(["warning AR352 policies.yaml:4", "warning AR301 policies.yaml:5"]);
  });

  test("without a reason it is an error and silences nothing, even where that error is switched off", () => {
    const policies = late("  # arouter-ignore AR301:\n");
    expect(told(router, policies)).toEqual({
      ok: false,
      found: ["error AR351 policies.yaml:4", "warning AR301 policies.yaml:5"],
      ignored: [],
    });
    expect(told(`${router}[lint]\nAR351 = "off"\n`, policies)).toEqual({
      ok: true,
      found: ["warning AR301 policies.yaml:5"],
      ignored: [],
    });
  });

  test("errors cannot be ignored, nor can what is found about comments", () => {
    const policies = late("  # arouter-ignore AR203, AR352: no\n");
    expect(told(router, policies).found).toEqual([
      "warning AR352 policies.yaml:4",
      "warning AR352 policies.yaml:4",
      "warning AR301 policies.yaml:5",
    ]);
  });

  test("one of what is switched off, or looked for on request only, is not called unused", () => {
    const comment = "  # arouter-ignore AR301, AR311: soon\n";
    expect(told(`${router}[lint]\nAR301 = "off"\n`, late(comment))).toMatchObject({ found: [] });
  });

  test("while there are errors, nothing is called unused", () => {
    const config = `# arouter-ignore AR306: not yet\nlisten_addr = "nowhere"\n${router}`;
    expect(told(config, late("  # arouter-ignore AR301: soon\n")).found).toEqual(["error AR205 arouter.toml:2"]);
    expect(told(router, late("  # arouter-ignore AR301: soon\n").replace("stream:", "straem:")).found).toEqual([
      "error AR111 policies.yaml:6",
    ]);
  });
});

test("a hundred are told, errors before warnings before notes, in the order of the files", () => {
  const count = 120;
  const rules = Array.from({ length: count }, (_, index) => `  - { name: r${index}, then: { model: nowhere/m } }\n`);
  const config = `listen_addr = "0.0.0.0:8080"\n[providers.a]\ntype = "anthropic"\n[providers.b]\ntype = "anthropic"\n${router}`;
  const { diagnostics, untold } = compileSources(sourcesOf(config, `rules:\n${rules.join("")}`));
  expect(diagnostics.map(({ code }) => code)).toEqual(Array.from({ length: 100 }, () => "AR204"));
  expect(diagnostics.map(({ span }) => span.start)).toEqual(
    diagnostics.map(({ span }) => span.start).toSorted((a, b) => a - b),
  );
  expect(untold).toBe(count - 100 + 1);
});
