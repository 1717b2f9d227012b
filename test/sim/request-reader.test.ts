import { expect, test } from "bun:test";
import fc from "fast-check";
import { requestReader } from "../../cli/sim/http/request-reader.ts";

const stream =
  "POST /a?b=1 HTTP/1.1\r\nHost: x\r\nX-Many: 1\r\nx-many: 2\r\nContent-Length: 5\r\n\r\nhello" +
  "GET /b HTTP/1.0\r\n\r\n" +
  "POST /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;ext=1\r\nfoo\r\n4\r\nb\r\nr\r\n0\r\nTrailer: x\r\n\r\n" +
  "POST /d HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";

const expected = [
  ["POST", "/a?b=1", { host: "x", "x-many": "1, 2", "content-length": "5" }, "hello"],
  ["GET", "/b", {}, ""],
  ["POST", "/c", { "transfer-encoding": "chunked" }, "foob\r\nr"],
  ["POST", "/d", { "transfer-encoding": "chunked" }, ""],
];

test("requests come out the same however the bytes are cut", () => {
  const bytes = Buffer.from(stream);
  fc.assert(
    fc.property(fc.array(fc.nat(bytes.length), { maxLength: 30 }), (cuts) => {
      const read = requestReader();
      const ends = [...new Set([...cuts, bytes.length])].sort((a, b) => a - b);
      let at = 0;
      const requests = ends.flatMap((end) => {
        const piece = bytes.subarray(at, end);
        at = end;
        return read(piece);
      });
      expect(
        requests.map(({ method, target, headers, body }) => [method, target, headers, Buffer.from(body).toString()]),
      ).toEqual(expected);
    }),
  );
});

const malformed = [
  "hello\r\n\r\n",
  "GET /a b HTTP/1.1\r\n\r\n",
  "GET / HTTP/2\r\n\r\n",
  "GET / HTTP/1.1\r\nno colon\r\n\r\n",
  "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
  "POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
  "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
];
test.each(malformed)("%j is no request", (text) => {
  expect(() => requestReader()(Buffer.from(text))).toThrow(SyntaxError);
});
