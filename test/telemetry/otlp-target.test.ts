import { expect, test } from "bun:test";
import { otlpTarget, type WrittenTarget } from "../../runtime/telemetry/otlp-target.ts";

const cases: readonly (readonly [
  written: Partial<WrittenTarget> & { endpoint: string },
  expected: string | undefined,
])[] = [
  [{ endpoint: "http://localhost:4317" }, "grpc http://localhost:4317"],
  [{ endpoint: "https://collector:4317" }, "grpc https://collector:4317"],
  [{ endpoint: "grpc://collector" }, "grpc http://collector:4317"],
  [{ endpoint: "grpcs://collector:443" }, "grpc https://collector:443"],
  [{ endpoint: "collector:4317" }, "grpc http://collector:4317"],
  [{ endpoint: "http://localhost:4318" }, "http http://localhost:4318/v1/traces"],
  [{ endpoint: "http://localhost:4318/" }, "http http://localhost:4318/v1/traces"],
  [{ endpoint: "http://localhost:4318", signal: "metrics" }, "http http://localhost:4318/v1/metrics"],
  [{ endpoint: "http://localhost:4317/v1/traces" }, "http http://localhost:4317/v1/traces"],
  [{ endpoint: "http://localhost:4317/v1/traces", signal: "metrics" }, "http http://localhost:4317/v1/metrics"],
  [{ endpoint: "https://vendor.example/otlp/" }, "http https://vendor.example/otlp/v1/traces"],
  [{ endpoint: "https://vendor.example" }, "http https://vendor.example/v1/traces"],
  [{ endpoint: "https://vendor.example/own?to=1", isWhole: true }, "http https://vendor.example/own?to=1"],
  [{ endpoint: "http://localhost:4317", protocol: "http" }, "http http://localhost:4317/v1/traces"],
  [{ endpoint: "http://localhost:4318", protocol: "grpc" }, "grpc http://localhost:4318"],
  [{ endpoint: "grpc://collector", protocol: "http" }, "http http://collector:4318/v1/traces"],
  [{ endpoint: "http://[::1]:4317" }, "grpc http://[::1]:4317"],
  [{ endpoint: "ftp://collector" }, undefined],
  [{ endpoint: "http://" }, undefined],
];

test.each(cases)("R41 R77 %j is %j", (written, expected) => {
  const target = otlpTarget({ protocol: "auto", signal: "traces", isWhole: false, ...written });
  expect(target && `${target.protocol} ${target.url}`).toBe(expected);
});
