import { expect, test } from "bun:test";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { withFolder } from "../support/temporary-folder.ts";
import { badFiles, goodFiles } from "./files.ts";
import { runCli } from "./run-cli.ts";

const docs = (folder: string, ...flags: readonly string[]) =>
  runCli(["docs", "--config", join(folder, "arouter.toml"), ...flags]);

test("the table is printed; with --out it and its picture are files that are the same every time", async () => {
  await withFolder(goodFiles, async (folder) => {
    const printed = await docs(folder);
    expect([printed.code, printed.err]).toEqual([0, ""]);
    expect(printed.out).toContain(
      "| 2 | `extract_with_self_healing` | response format `json_schema` | `gpt-4o-mini` (openai) | a check fails: `gpt-4.1` (openai) | `json_schema` |  | `policies.yaml:8` |\n",
    );
    const out = join(folder, "docs", "policy");
    const texts = async () =>
      Promise.all([readFile(join(out, "policy.md"), "utf8"), readFile(join(out, "policy.svg"), "utf8")]);
    expect(await docs(folder, "--out", out)).toEqual({ code: 0, out: "", err: "" });
    expect((await readdir(out)).sort()).toEqual(["policy.md", "policy.svg"]);
    const first = await texts();
    expect(first[0]).toContain("](policy.svg)\n");
    expect(first[1]).toContain(">2\u00a0extract_with_self_healing</text>");
    expect((await docs(folder, "--out", out)).code).toBe(0);
    expect(await texts()).toEqual(first);
  });
});

test("somebody else's file is left alone, and so is the other one", async () => {
  await withFolder(goodFiles, async (folder) => {
    await writeFile(join(folder, "policy.svg"), "<svg/>");
    const { code, err } = await docs(folder, "--out", folder);
    expect([code, err]).toEqual([
      2,
      expect.stringContaining("policy.svg was not written by arouter, so it is not replaced."),
    ]);
    expect(await readFile(join(folder, "policy.svg"), "utf8")).toBe("<svg/>");
    expect(await readdir(folder)).not.toContain("policy.md");
  });
});

test("a configuration with errors is told as check tells it", async () => {
  await withFolder(badFiles, async (folder) => {
    const { code, out, err } = await docs(folder);
    expect([code, out, err]).toEqual([1, "", expect.stringContaining("policies.yaml:4:7: error AR111")]);
  });
});
