import { expect, test } from "bun:test";
import { join } from "node:path";

/** What a gateway has loaded once it has answered, in a process of its own: here the tests have loaded everything. */
async function loadedBy(env: Record<string, string>): Promise<readonly string[]> {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "../support/loaded-modules.ts")], {
    env: { ...process.env, ...env },
    stdout: "pipe",
    stderr: "inherit",
  });
  const modules: readonly string[] = JSON.parse(await new Response(child.stdout).text());
  expect(await child.exited).toBe(0);
  return modules;
}

test("R7 without an endpoint nothing of OpenTelemetry is loaded", async () => {
  const modules = await loadedBy({ OTEL_EXPORTER_OTLP_ENDPOINT: "" });
  expect(modules.filter((path) => path.includes("/runtime/server/serve.ts"))).toHaveLength(1);
  // prom-client itself takes the bare interfaces.
  const telemetry = modules.filter((path) => /@opentelemetry\/(?!api\/)|open-telemetry/.test(path));
  expect(telemetry).toEqual([]);
});

test("with one it is", async () => {
  const modules = await loadedBy({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1" });
  expect(modules.filter((path) => path.includes("@opentelemetry/sdk-trace")).length).toBeGreaterThan(0);
});
