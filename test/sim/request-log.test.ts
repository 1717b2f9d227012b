import { expect, test } from "bun:test";
import { requestLog } from "../../cli/sim/request-log.ts";

const request = { method: "POST", target: "/v1/messages", headers: {}, body: new Uint8Array() };

test("forgets the oldest by number and by size, never the latest", () => {
  const log = requestLog(3, 10, () => 0);
  for (const body of ["1", "2", "3", "4"]) log.open(request, body);
  expect(log.entries.map((entry) => entry.body)).toEqual(["2", "3", "4"]);
  log.open(request, "12345678");
  expect(log.entries.map((entry) => entry.body)).toEqual(["3", "4", "12345678"]);
  log.open(request, "12345678901");
  expect(log.entries.map((entry) => [entry.number, entry.body, entry.json])).toEqual([[6, "12345678901", 12345678901]]);
});
