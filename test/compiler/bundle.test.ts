import { expect, test } from "bun:test";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { compile } from "../../compiler/compile.ts";
import { write } from "../../compiler/write.ts";

/** Where generated code finds `arouter/runtime`. */
const cache = join(import.meta.dir, "../../node_modules/.cache");
const config = '[router]\npolicy_file = "policies.yaml"\n[providers.openai]\napi_key = "env.KEY"\n';

/** What `bun build` makes of the gateway with one rule: every module in one text. */
async function bundled(when: string): Promise<string> {
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, "bundled-"));
  try {
    await Bun.write(join(folder, "arouter.toml"), config);
    await Bun.write(
      join(folder, "policies.yaml"),
      `rules:\n  - name: a\n    when: { ${when} }\n    then: { model: gpt-4o }\n`,
    );
    const compiled = await compile(join(folder, "arouter.toml"), { outDir: join(folder, "dist") });
    if (!compiled.ok) throw new Error("the policy does not compile");
    await write(join(folder, "dist"), compiled.files);
    const { outputs } = await Bun.build({ entrypoints: [join(folder, "dist/index.ts")], target: "bun" });
    return (await Promise.all(outputs.map((output) => output.text()))).join("");
  } finally {
    await rm(folder, { recursive: true });
  }
}

const tokenizer = "node_modules/gpt-tokenizer/";
const kilobytes = (text: string) => Math.round(text.length / 1000);

test("a gateway holds the tokenizer when a rule asks for tokens, and else nothing of it", async () => {
  const [plain, counting] = [await bundled("has_tools: true"), await bundled("tokens_input_lt: 250")];
  expect([plain.includes(tokenizer), counting.includes(tokenizer)]).toEqual([false, true]);
  expect(counting.length - plain.length).toBeGreaterThan(1_000_000);
  console.log(`bundle: ${kilobytes(plain)} kB without a tokenizer, ${kilobytes(counting)} kB with it`);
}, 180_000);
