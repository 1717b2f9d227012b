import { expect } from "bun:test";

/** Compares with a checked-in file. `UPDATE_GOLDEN=1 bun test` rewrites it; CI never does. */
export async function expectGolden(path: string, actual: string): Promise<void> {
  const file = Bun.file(path);
  if (Bun.env["UPDATE_GOLDEN"] === "1" && Bun.env["CI"] === undefined) await Bun.write(file, actual);
  expect(await file.exists(), `no golden at ${path}: run npm run golden`).toBe(true);
  expect(actual).toBe(await file.text());
}
