import type { Gateway } from "../contract.ts";
import type { MetricsSnapshot } from "../metrics/metrics-snapshot.ts";
import { workerVariable } from "./is-worker.ts";
import { keepRunning } from "./keep-running.ts";
import type { Reloaded } from "./reloaded.ts";
import { type Served, type ServeOptions, serve } from "./serve.ts";
import { StartupError } from "./startup-error.ts";
import { swapIn } from "./swap-in.ts";
import type { Order, Report } from "./worker-messages.ts";

/**
 * Serves as one of several processes on the same addresses and does what the supervisor says; `readGateway` gets the
 * configuration anew. Ends with the supervisor, after the requests in flight.
 */
export async function runWorker(
  gateway: Gateway,
  options: ServeOptions,
  readGateway: () => Promise<Gateway>,
): Promise<void> {
  keepRunning();
  const asking: ((result: Reloaded) => void)[] = [];
  const reading: ((snapshots: readonly MetricsSnapshot[]) => void)[] = [];
  const askSupervisor = () =>
    new Promise<Reloaded>((resolve) => {
      asking.push(resolve);
      report({ kind: "ask-reload" });
    });
  const served = await start(gateway, {
    ...options,
    reusePort: true,
    firstGeneration: Number(options.env[workerVariable]),
    onReload: askSupervisor,
    allMetrics: () =>
      new Promise((resolve) => {
        reading.push(resolve);
        report({ kind: "ask-metrics" });
      }),
  });
  const stop = once(() => served.stop().finally(() => process.exit(0)));

  process.on("message", (order: Order) => {
    switch (order.kind) {
      case "reload":
        return void swapIn(served, readGateway).then((result) => report({ kind: "reloaded", result }));
      case "refuse":
        return report({ kind: "reloaded", result: served.refuse(order.problems) });
      case "asked":
        return asking.shift()?.(order.result);
      case "tell-metrics":
        return void served.metrics().then((snapshot) => report({ kind: "metrics", snapshot }));
      case "all-metrics":
        return reading.shift()?.(order.snapshots);
      case "stop":
        return stop();
    }
  });
  process.on("disconnect", stop);
  process.on("SIGTERM", stop);
  // A terminal sends these to the whole group of processes; the supervisor passes on what they mean.
  for (const signal of ["SIGINT", "SIGHUP"]) process.on(signal, () => undefined);
  report({ kind: "listening", urls: served.urls });
}

async function start(gateway: Gateway, options: ServeOptions): Promise<Served> {
  try {
    return await serve(gateway, options);
  } catch (thrown) {
    const problems = thrown instanceof StartupError ? thrown.problems : [String(thrown)];
    await new Promise((sent) =>
      process.send?.({ kind: "failed", problems } satisfies Report, undefined, undefined, sent),
    );
    return process.exit(1);
  }
}

function report(message: Report): void {
  process.send?.(message);
}

function once(act: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    act();
  };
}
