import { expect, test } from "bun:test";
import { join } from "node:path";
import { withFolder } from "../support/temporary-folder.ts";
import { runCli } from "./run-cli.ts";

const config = `[router]
policy_file = "policies.yaml"

[providers.house]
type = "openai"
base_url = "http://127.0.0.1:9000/v1"
retry = { max_attempts = 2 }

[[models]]
name = "small"
provider = "house"
price = { prompt = "1", completion = "10" }

[lint]
not-in-catalogue = "off"
`;
const policies = `rules:
  - name: bounded
    when: { tokens_input_lt: 1001, max_tokens_lt: 101 }
    then: { model: small }
  - name: open
    when: { tokens_input_lt: 2001 }
    then: { model: small }
`;

function check(argv: readonly string[]) {
  return withFolder({ "arouter.toml": config, "policies.yaml": policies }, (folder) =>
    runCli(["check", "--config", join(folder, "arouter.toml"), ...argv]),
  );
}

test("check --costs tells what a request of each rule can cost, in all its calls", async () => {
  const { code, out, err } = await check(["--costs"]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toBe(
    [
      "RULE     MODEL   ONE CALL  WORST CASE  WHY",
      "bounded  small     $0.002      $0.004  2 calls, input 1,000 of the rule, output 100 of the rule",
      "open     small  unbounded   unbounded  neither the rule nor house/small is known to limit the output",
      "2 rules, 0 warnings, no errors",
      "",
    ].join("\n"),
  );
});

test("check --costs --format json, for scripts", async () => {
  const { out } = await check(["--costs", "--format", "json"]);
  expect(JSON.parse(out)).toMatchObject({
    diagnostics: [],
    costs: [
      {
        rule: "bounded",
        place: "policies.yaml:2",
        model: "small",
        oneCallUsd: "0.002",
        worstCaseUsd: "0.004",
        calls: 2,
      },
      { rule: "open", oneCallUsd: null, worstCaseUsd: null },
    ],
  });
  expect(JSON.parse((await check(["--format", "json"])).out)).not.toHaveProperty("costs");
});
