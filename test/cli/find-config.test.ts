import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { findConfig, isExampleConfig } from "../../cli/find-config.ts";
import { withFolder } from "../support/temporary-folder.ts";
import { runCli } from "./run-cli.ts";

describe("R238 R240 which file is the configuration", () => {
  const toml = "arouter.toml";
  const yaml = "config.yaml";
  test.each<readonly [string, string | undefined, Record<string, string>, readonly string[], string]>([
    ["--config before all", "a.json", { CONFIG_PATH: "b.yaml" }, [toml, yaml], "a.json"],
    ["CONFIG_PATH before the usual names", undefined, { CONFIG_PATH: "b.yaml" }, [toml, yaml], "b.yaml"],
    ["an empty one is none", undefined, { CONFIG_PATH: "" }, [yaml], yaml],
    ["arouter.toml before config.yaml", undefined, {}, [toml, yaml], toml],
    ["config.yaml when there is no arouter.toml", undefined, {}, [yaml], yaml],
    ["none is there: the error names the first", undefined, {}, [], toml],
  ])("%s", (_, flag, env, files, expected) => {
    const flags = new Map(flag === undefined ? [] : [["config", [flag]]]);
    expect(findConfig({ flags, operands: [] }, { env }, (path) => files.includes(String(path)))).toBe(expected);
  });

  test("where there is none, the example of --profile is one, and known as such", () => {
    const args = { flags: new Map([["profile", ["model-router"]]]), operands: [] };
    const example = findConfig(args, { env: {} }, () => false);
    expect(example).toEndWith("policies/profiles/model-router.toml");
    expect(isExampleConfig(example, args)).toBe(true);
    const own = findConfig(args, { env: {} }, () => true);
    expect([own, isExampleConfig(own, args)]).toEqual([toml, false]);
  });
});

describe("a configuration in each format, with its policies beside it", () => {
  const policies = "rules:\n  - name: all\n    then:\n      model: gpt-4o-mini\n";
  test.each([
    ["arouter.toml", '[router]\npolicyFile = "policies.yaml"\n'],
    ["config.yaml", "spec:\n  router:\n    policyFile: policies.yaml\n"],
    ["config.yml", "router:\n  policy_file: policies.yaml\n"],
    ["config.json", '{ "router": { "policyFile": "policies.yaml" } }'],
  ])("%s", async (file, text) => {
    await withFolder({ [file]: text, "policies.yaml": policies }, async (folder) => {
      const config = join(folder, file);
      const expected = { code: 0, out: "1 rule, 0 warnings, no errors\n", err: "" };
      expect(await runCli(["check", "--config", config])).toEqual(expected);
      expect(await runCli(["check"], { env: { CONFIG_PATH: config } })).toEqual(expected);
    });
  });
});
