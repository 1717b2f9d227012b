import { expect, test } from "bun:test";
import { listenAddresses } from "../../runtime/listen-addresses.ts";

const configured = ["0.0.0.0:8080"] as const;

test.each([
  ["R73 the configuration", undefined, {}, [["0.0.0.0", 8080]]],
  ["PORT keeps the configured host", undefined, { PORT: "9000" }, [["0.0.0.0", 9000]]],
  [
    "PROXY_PORT binds the loopback and wins over PORT",
    undefined,
    { PORT: "9000", PROXY_PORT: "9099" },
    [["127.0.0.1", 9099]],
  ],
  [
    "AROUTER_LISTEN_ADDR wins over both",
    undefined,
    { PORT: "1", AROUTER_LISTEN_ADDR: "[::1]:7,10.0.0.1:8" },
    [
      ["::1", 7],
      ["10.0.0.1", 8],
    ],
  ],
  ["the flag wins over all", [":0"], { AROUTER_LISTEN_ADDR: "1.2.3.4:5" }, [["127.0.0.1", 0]]],
  ["a bare port", ["8081"], {}, [["127.0.0.1", 8081]]],
] as const)("%s", (_name, flag, env, expected) => {
  const addresses = listenAddresses(flag, env, [configured[0]]);
  expect(addresses.map(({ hostname, port }) => [hostname, port])).toEqual(expected.map((pair) => [...pair]));
});

test("a port that is none says what to type", () => {
  expect(() => listenAddresses(["localhost:http"], {}, [configured[0]])).toThrow(
    '"localhost:http" needs a port between 0 and 65535, such as 127.0.0.1:8080.',
  );
});
