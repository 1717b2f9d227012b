import { expect, test } from "bun:test";
import { listenAddresses } from "../../runtime/server/listen-addresses.ts";

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
    { PORT: "1", AROUTER_LISTEN_ADDR: "[::1]:7777,10.0.0.1:8888" },
    [
      ["::1", 7777],
      ["10.0.0.1", 8888],
    ],
  ],
  ["the flag wins over all", [":0"], { AROUTER_LISTEN_ADDR: "1.2.3.4:5" }, [["127.0.0.1", 0]]],
  ["a bare port", ["8081"], {}, [["127.0.0.1", 8081]]],
] as const)("%s", (_name, flag, env, expected) => {
  const addresses = listenAddresses(flag, env, catalogOf(configured[0]));
  expect(addresses.map(({ hostname, port }) => [hostname, port])).toEqual(expected.map((pair) => [...pair]));
});

test("a port that is none says what to type", () => {
  expect(() => listenAddresses(["localhost:http"], {}, catalogOf(configured[0]))).toThrow(
    '"localhost:http" needs a port between 0 and 65535, such as 127.0.0.1:8080.',
  );
});

function catalogOf(address: string, allowPrivilegedPort = false) {
  return { listen: [address] as [string], startup: { allowPrivilegedPort } };
}

test.each([
  ["PROXY_PORT", "80", "Port 80 is below 1024. Choose one from 1024 to 65535, or set allow_privileged_port = true."],
  ["PORT", "1023", "Port 1023 is below 1024. Choose one from 1024 to 65535, or set allow_privileged_port = true."],
  ["PROXY_PORT", "70000", '"PROXY_PORT" needs a port between 0 and 65535, such as 127.0.0.1:8080.'],
  ["PROXY_PORT", "http", '"PROXY_PORT" needs a port between 0 and 65535, such as 127.0.0.1:8080.'],
])("R360 %s=%s stops the start", (name, value, message) => {
  expect(() => listenAddresses(undefined, { [name]: value }, catalogOf("127.0.0.1:8080"))).toThrow(message);
});

test("R360 R364 PROXY_PORT binds loopback; a low port only where the configuration allows it", () => {
  expect(listenAddresses(undefined, { PROXY_PORT: "9099" }, catalogOf("0.0.0.0:8080"))).toEqual([
    { hostname: "127.0.0.1", port: 9099 },
  ]);
  expect(listenAddresses(undefined, { PROXY_PORT: "80" }, catalogOf("0.0.0.0:8080", true))).toEqual([
    { hostname: "127.0.0.1", port: 80 },
  ]);
});
