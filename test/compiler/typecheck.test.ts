import { expect, test } from "bun:test";
import { join } from "node:path";
import { typecheck } from "../../compiler/typecheck.ts";
import { withFolder } from "../support/temporary-folder.ts";

const patienceMs = 60_000;

const catalog = `import type { Catalog } from "arouter/runtime";
export const catalog = { providers: { openai: {} } } as const;
export type Unused = Catalog;
`;

function router(provider: string): string {
  return `import type { Plan } from "arouter/runtime";
import type { catalog } from "./catalog.gen.ts";

export const plan = {
  rule: "x",
  routes: [{ model: "gpt-4o", offers: [{ provider: "${provider}", model: "gpt-4o" }] }],
  validate: [],
} as const satisfies Plan<keyof typeof catalog.providers>;
`;
}

const staged = (provider: string) => [
  { path: "catalog.gen.ts", text: catalog },
  { path: "router.gen.ts", text: router(provider) },
];

test("staged files that fit the contract pass as they are", () => {
  expect(typecheck(staged("openai"))).toEqual({ ok: true, value: staged("openai"), warnings: [] });
});

test("a mistake of the emitter is AR900, with file, line and what TypeScript says", () => {
  const checked = typecheck(staged("opnai"));
  expect(checked.ok ? [] : checked.diagnostics).toMatchObject([
    {
      code: "AR900",
      severity: "error",
      message: expect.stringContaining(`at router.gen.ts:6: Type '"opnai"' is not assignable to type '"openai"'`),
      span: { file: "router.gen.ts", start: router("opnai").indexOf("provider:") },
    },
  ]);
});

test.each([
  ["an unused local", "const unused = 1;\nexport {};\n", "'unused' is declared but its value is never read"],
  ["an import of anything else", 'import "node:fs";\n', "'node:fs'"],
  ["a global of one engine", "export const pid = process.pid;\n", "'process'"],
  ["an unchecked index", "export const first: string = [''][0];\n", "undefined"],
])("the repository's own flags hold: %s", (_, text, message) => {
  const checked = typecheck([{ path: "router.gen.ts", text }]);
  const [found] = checked.ok ? [] : checked.diagnostics;
  expect(found?.message).toContain(message);
});

test(
  "it needs nothing of the current folder",
  async () => {
    const hostile = { "tsconfig.json": '{"compilerOptions": {"strict": false}}', "runtime/contract.ts": "export {};" };
    await withFolder(hostile, async (folder) => {
      const program = `import { typecheck } from ${JSON.stringify(join(import.meta.dir, "../../compiler/typecheck.ts"))};
const outcome = (name) => typecheck([{ path: "catalog.gen.ts", text: ${JSON.stringify(catalog)} }, { path: "router.gen.ts", text: name }]).ok;
console.log(outcome(${JSON.stringify(router("openai"))}), outcome(${JSON.stringify(router("opnai"))}));`;
      const { stdout } = Bun.spawnSync([process.execPath, "-e", program], { cwd: folder });
      expect(stdout.toString().trim()).toBe("true false");
    });
  },
  patienceMs,
);
