import { afterEach, describe, expect, test } from "bun:test";
import { createExporting } from "../../runtime/telemetry/open-telemetry.ts";
import { traceHeaders } from "../../runtime/telemetry/request-trace.ts";
import { createTelemetry, type Telemetry } from "../../runtime/telemetry/telemetry.ts";
import { type TelemetrySettings, telemetrySettings } from "../../runtime/telemetry/telemetry-settings.ts";
import { defaults } from "../../schemas/defaults.ts";
import { finished } from "../support/finished.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const client = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const configured = { ...defaults.telemetry, headers: {} };

/** What telemetry is told by an environment; it sends to a port where nobody listens. */
function exporting(env: Record<string, string> = {}, change: Partial<TelemetrySettings> = {}) {
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1" };
  const { settings } = telemetrySettings(configured, { ...endpoint, ...env }, () => undefined);
  if (settings === undefined) throw new Error("there is an endpoint");
  const made = createExporting({ ...settings, ...change }, { dropped: () => undefined, exported: () => undefined });
  ends.push(made.close);
  return made;
}

describe("W3C Trace Context", () => {
  test("a client's trace goes on, with a span of its own", () => {
    const trace = exporting().begin(new Headers({ traceparent: client, tracestate: "a=1,b=2" }));
    expect(trace).toMatchObject({
      traceId: "0af7651916cd43dd8448eb211c80319c",
      parentSpanId: "b7ad6b7169203331",
      isSampled: true,
      state: "a=1,b=2",
    });
    expect(trace.spanId).toMatch(/^[0-9a-f]{16}$/);
    expect(trace.spanId).not.toBe("b7ad6b7169203331");
  });

  test.each([
    undefined,
    "",
    "nonsense",
    "00-00000000000000000000000000000000-b7ad6b7169203331-01",
    "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
    "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "00-0AF7651916CD43DD8448EB211C80319C-B7AD6B7169203331-01",
    `${client}-more`,
  ])("%j begins a trace, without the vendors' notes on another", (traceparent) => {
    const headers = new Headers({ tracestate: "a=1" });
    if (traceparent !== undefined) headers.set("traceparent", traceparent);
    const trace = exporting().begin(headers);
    expect(trace.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(trace.traceId).not.toBe("0af7651916cd43dd8448eb211c80319c");
    expect(trace).toMatchObject({ parentSpanId: undefined, state: undefined, isSampled: true });
  });

  test("a version that is not known yet is read as far as it is", () => {
    const trace = exporting().begin(new Headers({ traceparent: `cc${client.slice(2)}-more` }));
    expect(trace.parentSpanId).toBe("b7ad6b7169203331");
  });

  test.each([
    ["parentbased_always_on", "01", true],
    ["parentbased_always_on", "00", false],
    ["parentbased_always_off", "01", true],
    ["always_on", "00", true],
    ["always_off", "01", false],
  ])("%s under a parent with the flags %s: %j", (sampler, flags, isSampled) => {
    const headers = new Headers({ traceparent: client.slice(0, -2) + flags });
    expect(exporting({ OTEL_TRACES_SAMPLER: sampler }).begin(headers).isSampled).toBe(isSampled);
  });

  test("a share of the traces that begin here", () => {
    const { begin } = exporting({ OTEL_TRACES_SAMPLER: "parentbased_traceidratio", OTEL_TRACES_SAMPLER_ARG: "0.25" });
    const none = new Headers();
    const sampled = Array.from({ length: 4000 }, () => begin(none)).filter(({ isSampled }) => isSampled).length;
    // Six standard deviations to either side.
    expect(Math.abs(sampled - 1000)).toBeLessThan(165);
  });

  test.each([
    ["none", {}],
    ["traceparent", { traceparent: `00-0af7651916cd43dd8448eb211c80319c-0000000000000001-01` }],
    ["tracestate", { traceparent: `00-0af7651916cd43dd8448eb211c80319c-0000000000000001-01`, tracestate: "a=1" }],
  ] as const)("propagate = %s", (propagate, expected) => {
    const trace = exporting({}, { propagate }).begin(new Headers({ traceparent: client, tracestate: "a=1" }));
    expect(traceHeaders(trace, "0000000000000001")).toEqual(expected);
  });
});

describe("a gateway's telemetry", () => {
  /** A collector that notes which exporter each batch came from. */
  function collector() {
    const bodies: string[] = [];
    const server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: async (request) => {
        bodies.push(await request.text());
        return new Response();
      },
    });
    ends.push(() => server.stop(true));
    const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/;
    return {
      endpoint: `http://127.0.0.1:${server.port}`,
      exporters: () => bodies.map((body) => uuid.exec(body)?.[0]),
    };
  }

  function telemetry(endpoint: string): Telemetry {
    const made = createTelemetry({
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_BSP_SCHEDULE_DELAY: "1" },
      dropped: () => undefined,
      warn: () => undefined,
    });
    ends.push(made.close);
    return made;
  }

  async function send({ begin, finished: over }: Telemetry): Promise<void> {
    const before = received();
    over(finished({ trace: begin(new Headers()) }));
    while (received() === before) await Bun.sleep(5);
  }
  let received = () => 0;

  test("a configuration that changes nothing of it keeps the exporter; another one gets its own", async () => {
    const { endpoint, exporters } = collector();
    received = () => exporters().length;
    const one = telemetry(endpoint);
    await one.configure(configured, () => undefined);
    await send(one);
    await one.configure({ ...configured }, () => undefined);
    await send(one);
    await one.configure({ ...configured, serviceName: "another" }, () => undefined);
    await send(one);
    const [first, second, third] = exporters();
    expect(first).toBeDefined();
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  test("a trace that began before tracing was switched off ends nowhere", async () => {
    const { endpoint, exporters } = collector();
    const one = createTelemetry({ env: {}, dropped: () => undefined, warn: () => undefined });
    await one.configure({ ...configured, endpoint }, () => undefined);
    const trace = one.begin(new Headers());
    expect(trace).toBeDefined();
    await one.configure(configured, () => undefined);
    expect(one.begin(new Headers())).toBeUndefined();
    one.finished(finished({ trace }));
    await one.close();
    expect(exporters()).toEqual([]);
  });

  test("closing sends what is left", async () => {
    const { endpoint, exporters } = collector();
    const one = createTelemetry({ env: {}, dropped: () => undefined, warn: () => undefined });
    await one.configure({ ...configured, endpoint }, () => undefined);
    one.finished(finished({ trace: one.begin(new Headers()) }));
    await one.close();
    expect(exporters()).toHaveLength(1);
  });
});
