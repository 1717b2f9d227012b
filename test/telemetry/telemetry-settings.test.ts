import { describe, expect, test } from "bun:test";
import type { Telemetry } from "../../runtime/contract.ts";
import { telemetrySettings } from "../../runtime/telemetry/telemetry-settings.ts";
import { resolveSecrets } from "../../runtime/upstream/secrets.ts";
import { defaults } from "../../schemas/defaults.ts";
import { testGateway } from "../support/served.ts";

const configured: Telemetry = {
  ...defaults.telemetry,
  endpoint: "http://configured:4318",
  headers: { "x-team": { from: "env", name: "TEAM" } },
};
const text = (value: unknown) => (typeof value === "string" ? value : "resolved");

function read(env: Record<string, string>, change: Partial<Telemetry> = {}) {
  return telemetrySettings({ ...configured, ...change }, env, text);
}

describe("R7 R77 what is exported, and where to", () => {
  test("nothing without an endpoint", () => {
    const { endpoint: _, ...without } = configured;
    expect(telemetrySettings(without, {}, text)).toEqual({ settings: undefined, warnings: [] });
  });

  test("the configuration's endpoint, then the environment's, then that of the signal", () => {
    const all = "OTEL_EXPORTER_OTLP_ENDPOINT";
    expect(read({}).settings?.traces.url).toBe("http://configured:4318/v1/traces");
    expect(read({ [all]: "http://all:4318" }).settings?.traces.url).toBe("http://all:4318/v1/traces");
    const own = { [all]: "http://all:4318", OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://own:4318/x" };
    expect(read(own).settings?.traces.url).toBe("http://own:4318/x");
  });

  test.each([{ OTEL_SDK_DISABLED: "true" }, { OTEL_TRACES_EXPORTER: "none" }])("%j switches it off", (env) => {
    expect(read(env).settings).toBeUndefined();
  });

  test("the protocol of the environment", () => {
    expect(read({ OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" }).settings?.traces.protocol).toBe("grpc");
    const own = { OTEL_EXPORTER_OTLP_PROTOCOL: "grpc", OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: "http/protobuf" };
    expect(read(own).settings?.traces.protocol).toBe("http");
  });

  test("an endpoint that is none costs a warning, not the start", () => {
    const { settings, warnings } = read({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://" });
    expect(settings).toBeUndefined();
    expect(warnings).toEqual([
      "OTEL_EXPORTER_OTLP_ENDPOINT is not a URL of a collector, so no traces are sent. Write it like http://127.0.0.1:4318.",
    ]);
  });

  test("metrics only when they are asked for", () => {
    expect(read({}).settings?.metrics).toBeUndefined();
    expect(read({}, { metrics: true }).settings?.metrics?.url).toBe("http://configured:4318/v1/metrics");
  });

  test("headers of the configuration, and lists of the environment by signal", () => {
    const { settings } = read({
      OTEL_EXPORTER_OTLP_HEADERS: "a=1",
      OTEL_EXPORTER_OTLP_TRACES_HEADERS: "b=2",
      OTEL_EXPORTER_OTLP_METRICS_HEADERS: "c=3",
    });
    expect(settings?.headers).toEqual({ "x-team": "resolved" });
    expect(settings?.headerLists).toEqual({ traces: ["a=1", "b=2"], metrics: ["a=1", "c=3"] });
  });

  test("how spans wait", () => {
    expect(read({}).settings?.batch).toEqual({ delayMs: 1000, maxSpans: 8192, spans: 128 });
    const env = {
      OTEL_BSP_SCHEDULE_DELAY: "10",
      OTEL_BSP_MAX_QUEUE_SIZE: "20",
      OTEL_BSP_MAX_EXPORT_BATCH_SIZE: "nonsense",
    };
    expect(read(env).settings?.batch).toEqual({ delayMs: 10, maxSpans: 20, spans: 128 });
  });
});

const samplers: readonly (readonly [env: Record<string, string>, followsParent: boolean, ratio: number])[] = [
  [{}, true, 0.25],
  [{ OTEL_TRACES_SAMPLER: "always_on" }, false, 1],
  [{ OTEL_TRACES_SAMPLER: "always_off" }, false, 0],
  [{ OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "0.5" }, false, 0.5],
  [{ OTEL_TRACES_SAMPLER: "traceidratio" }, false, 1],
  [{ OTEL_TRACES_SAMPLER: "parentbased_always_on" }, true, 1],
  [{ OTEL_TRACES_SAMPLER: "parentbased_always_off" }, true, 0],
  [{ OTEL_TRACES_SAMPLER: "parentbased_traceidratio", OTEL_TRACES_SAMPLER_ARG: "0.1" }, true, 0.1],
];

test.each(samplers)("sampler of %j", (env, followsParent, ratio) => {
  expect(read(env, { sampleRatio: 0.25 })).toMatchObject({
    settings: { sampler: { followsParent, ratio } },
    warnings: [],
  });
});

test.each([
  [{ OTEL_TRACES_SAMPLER: "jaeger_remote" }, "OTEL_TRACES_SAMPLER is none of always_on, always_off, "],
  [{ OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "2" }, "OTEL_TRACES_SAMPLER_ARG is not a number"],
])("a sampler that is none: %j", (env, warning) => {
  const { settings, warnings } = read(env, { sampleRatio: 0.25 });
  expect(settings?.sampler).toEqual({ followsParent: true, ratio: 0.25 });
  expect(warnings).toEqual([expect.stringContaining(warning)]);
});

describe("headers of the collector are secrets", () => {
  const headers = {
    authorization: { from: "env", name: "COLLECTOR_KEY" },
    "x-team": { from: "config", path: ["telemetry", "headers", "x-team"] },
  } as const;
  const { catalog } = testGateway({
    upstreamUrl: "http://127.0.0.1:1",
    catalog: { telemetry: { ...configured, headers } },
  });
  const env = { OPENAI: "sk-openai", ANTHROPIC: "sk-ant" };

  test("read from the environment, or from the configuration file", async () => {
    const file = () => Promise.resolve('[telemetry.headers]\nx-team = "blue"');
    const secrets = await resolveSecrets(catalog, { ...env, COLLECTOR_KEY: "Bearer abc" }, file);
    if (secrets.kind === "failed") throw new Error(secrets.problems.join());
    const { settings } = telemetrySettings(catalog.telemetry, {}, secrets.text);
    expect(settings?.headers).toEqual({ authorization: "Bearer abc", "x-team": "blue" });
  });

  test("one that is missing costs a warning, not the start", async () => {
    const secrets = await resolveSecrets(catalog, env, () => Promise.resolve(""));
    if (secrets.kind === "failed") throw new Error(secrets.problems.join());
    expect(secrets.warnings).toEqual([
      "environment variable COLLECTOR_KEY is not set, empty, or no header's value: telemetry is sent without that header.",
      "telemetry.headers.x-team in arouter.toml is not set, empty, or no header's value: telemetry is sent without that header.",
    ]);
    expect(telemetrySettings(catalog.telemetry, {}, secrets.text).settings?.headers).toEqual({});
  });
});
