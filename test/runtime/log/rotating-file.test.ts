import { describe, expect, test } from "bun:test";
import { chmod, mkdir, readdir, readFile, rename, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openRotatingFile } from "../../../runtime/log/rotating-file.ts";
import { withFolder } from "../../support/temporary-folder.ts";

const loud = (message: string) => {
  throw new Error(message);
};

/** 100 bytes with its line end, which begins with its number. */
const line = (n: number) => `${n} `.padEnd(99, ".");
const numbers = async (file: string) =>
  (await readFile(file, "utf8")).split("\n").flatMap((text) => (text === "" ? [] : [Number.parseInt(text, 10)]));
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => from + n);

/** Writes lines one after the other, each time waiting until the file has what came before. */
async function writeSlowly(file: ReturnType<typeof openRotatingFile>, from: number, to: number): Promise<void> {
  for (const n of range(from, to)) {
    file.write(line(n));
    await Bun.sleep(4);
  }
}

describe("R322 a log file makes room for the next", () => {
  test("about every max_mib, and so many are kept; no line is lost or cut", async () => {
    await withFolder({}, async (folder) => {
      const path = join(folder, "log");
      const file = openRotatingFile(path, { maxBytes: 1000, keep: 2 }, loud);
      await writeSlowly(file, 0, 45);
      await file.close();
      expect((await readdir(folder)).sort()).toEqual(["log", "log.1", "log.2"]);
      const kept = [...(await numbers(`${path}.2`)), ...(await numbers(`${path}.1`)), ...(await numbers(path))];
      expect(kept).toEqual(range(kept[0] ?? Number.NaN, 45));
      for (const name of ["log.1", "log.2"]) {
        const { size, mode } = await stat(join(folder, name));
        expect(size).toBeGreaterThanOrEqual(1000);
        expect(size).toBeLessThanOrEqual(1500);
        expect(mode & 0o777).toBe(0o600);
      }
    });
  });

  test("several writers of one file rotate it once, and lose nothing", async () => {
    await withFolder({}, async (folder) => {
      const path = join(folder, "log");
      const files = range(0, 3).map(() => openRotatingFile(path, { maxBytes: 3000, keep: 100 }, loud));
      await Promise.all(files.map((file, n) => writeSlowly(file, n * 100, n * 100 + 60)));
      await Promise.all(files.map((file) => file.close()));
      const names = (await readdir(folder)).sort();
      expect(names).not.toContain("log.lock");
      const all = (await Promise.all(names.map((name) => numbers(join(folder, name))))).flat();
      expect(all.sort((a, b) => a - b)).toEqual([...range(0, 60), ...range(100, 160), ...range(200, 260)]);
      for (const name of names.filter((one) => one !== "log")) {
        expect((await stat(join(folder, name))).size).toBeGreaterThanOrEqual(3000);
      }
    });
  });

  test("keep 0: what is full is thrown away; 0 MiB: it grows for ever", async () => {
    await withFolder({}, async (folder) => {
      const thrown = openRotatingFile(join(folder, "thrown"), { maxBytes: 1000, keep: 0 }, loud);
      const grown = openRotatingFile(join(folder, "grown"), { maxBytes: 0, keep: 0 }, loud);
      await Promise.all([writeSlowly(thrown, 0, 40), writeSlowly(grown, 0, 40)]);
      await Promise.all([thrown.close(), grown.close()]);
      expect((await readdir(folder)).sort()).toEqual(["grown", "thrown"]);
      expect((await numbers(join(folder, "thrown"))).length).toBeLessThan(20);
      expect(await numbers(join(folder, "grown"))).toEqual(range(0, 40));
    });
  });

  test("a file that logrotate has moved away is left, and a lock whose owner was killed is broken", async () => {
    await withFolder({}, async (folder) => {
      const path = join(folder, "log");
      const file = openRotatingFile(path, { maxBytes: 1000, keep: 1 }, loud);
      await writeSlowly(file, 0, 5);
      await rename(path, join(folder, "moved"));
      await writeFile(`${path}.lock`, "");
      await utimes(`${path}.lock`, 0, 0);
      await writeSlowly(file, 5, 40);
      await file.close();
      const moved = await numbers(join(folder, "moved"));
      expect(moved.length).toBeLessThan(12);
      const rest = [...(await numbers(`${path}.1`)), ...(await numbers(path))];
      expect(rest.at(-1)).toBe(39);
      expect((await readdir(folder)).sort()).toEqual(["log", "log.1", "moved"]);
    });
  });

  test("where it cannot be written, that is said once, and nothing else fails", async () => {
    await withFolder({}, async (folder) => {
      await mkdir(join(folder, "log"));
      await chmod(folder, 0o700);
      const told: string[] = [];
      const file = openRotatingFile(join(folder, "log"), { maxBytes: 1000, keep: 1 }, (message) => told.push(message));
      await writeSlowly(file, 0, 20);
      await file.close();
      expect(told).toEqual([expect.stringMatching(/^the log file .*\/log cannot be written: EISDIR/)]);
    });
  });
});
