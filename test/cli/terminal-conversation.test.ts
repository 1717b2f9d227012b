import { expect, test } from "bun:test";
import { PassThrough } from "node:stream";
import { terminalConversation } from "../../cli/terminal-conversation.ts";

test("questions are written, lines typed ahead wait, and there is no answer after the end", async () => {
  const input = new PassThrough();
  let written = "";
  const { ask, end } = terminalConversation(input, (text) => {
    written += text;
  });
  const first = ask("one? ");
  expect(written).toBe("one? ");
  input.write("a\nb\n");
  expect(await first).toBe("a");
  expect(await ask("two? ")).toBe("b");
  const last = ask("three? ");
  input.end();
  expect(await last).toBeUndefined();
  expect(written).toBe("one? two? three? ");
  end();
});
