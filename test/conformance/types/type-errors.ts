import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Written } from "./written.ts";

/** For a test that asks: the compiler takes a second of its own, more on a busy machine. */
export const typePatienceMs = 60_000;

const root = join(import.meta.dir, "../../..");

/**
 * What TypeScript says of them when they stand in a program as values of the SDKs' types: a member that is missing,
 * of another type or unknown to the SDK. One line per error, with the start of the JSON.
 */
export async function typeErrors(values: readonly Written[]): Promise<readonly string[]> {
  const distinct = [...new Map(values.map((value) => [statement(value), value])).values()];
  const cache = join(root, "node_modules/.cache");
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, "types-"));
  try {
    await writeFile(
      join(folder, "tsconfig.json"),
      JSON.stringify({ extends: join(root, "tsconfig.json"), files: ["written.ts"], include: [] }),
    );
    await writeFile(join(folder, "written.ts"), program(distinct));
    const tsc = Bun.spawn(
      [process.execPath, join(root, "node_modules/typescript/bin/tsc"), "-p", folder, "--pretty", "false"],
      {
        cwd: folder,
        stdout: "pipe",
      },
    );
    return told(await new Response(tsc.stdout).text(), distinct);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const linesBefore = 1;

function program(values: readonly Written[]): string {
  const types = JSON.stringify(join(import.meta.dir, "wire-types.ts"));
  return `import type { VendorTypes } from ${types};\n${values.map(statement).join("\n")}\n`;
}

/** On one line. */
function statement({ format, kind, json }: Written): string {
  return `(${JSON.stringify(JSON.parse(json))}) satisfies VendorTypes["${format}"]["${kind}"];`;
}

/** Every complaint beside what it is about; TypeScript's further explanations are indented lines after it. */
function told(output: string, values: readonly Written[]): readonly string[] {
  return output
    .split(/\n(?=\S)/)
    .filter((complaint) => complaint.trim() !== "")
    .map((complaint) => {
      const [, line] = /^written\.ts\((\d+),/.exec(complaint) ?? [];
      const value = values[Number(line) - 1 - linesBefore];
      return value === undefined
        ? complaint
        : `${value.format} ${value.kind}: ${complaint}\n  in ${value.json.slice(0, 4000)}`;
    });
}
