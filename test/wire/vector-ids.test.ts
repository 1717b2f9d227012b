import { expect, test } from "bun:test";
import { Glob } from "bun";

/**
 * The numbered cases of translation that this gateway promises. Requests: messages (wR, as R alone is a requirement), tools
 * (T), reasoning (K), parameters (P). Answers (S), streams (X), and errors, headers and endpoints (E).
 */
const cases = {
  E: "01 03 04 06 07 09 10 12 13 15 16 18 19",
  K: "01 02 04 05 07 08 10 11 13 14 16 17",
  P: "02 03 05 06 08 09 11 12 14 15 17 18 20 21 23 24",
  wR: "01 02 04 05 07 08 10 11 13 14 16 17 19 20 22 23 25 26 28 29",
  S: "02 03 05 06 08 09 11 12 14 15 17 18 20",
  T: "01 02 04 05 07 08 10 11 13 14 16 17 19 20 22 23 25 26",
  X: "01 03 04 06 07 09 10 12 13 15 16 18 19 21 22 24 25 27 28 30 31 33 34 36 37 39 40 42 43 45 46 48",
} as const;

const root = new URL("..", import.meta.url).pathname;

/** In a title, or in a row that becomes one: text in quotes, with the id as a word of its own. */
const quoted = /(["'`]).*?\1/g;
const id = /\b(?:wR|[ESTKPX])\d{2}(?=[ab]?\b)/g;

async function idsIn(file: string): Promise<readonly string[]> {
  const lines = (await Bun.file(root + file).text()).split("\n").filter((line) => !/^\s*(?:\/?\*|\/\/)/.test(line));
  return lines.flatMap((line) => (line.match(quoted) ?? []).flatMap((text) => text.match(id) ?? []));
}

test("every case has a test, or a row, that says its id", async () => {
  const files = [...new Glob("**/*.ts").scanSync(root)].filter((file) => !file.startsWith("compiler/golden/"));
  const said = new Set((await Promise.all(files.map(idsIn))).flat());
  const ids = Object.entries(cases).flatMap(([section, numbers]) =>
    numbers.split(" ").map((number) => section + number),
  );
  expect(ids.filter((one) => !said.has(one))).toEqual([]);
});
