import { collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { version } from "../version.ts";

/** Of prom-client's defaults, those that mean something under Bun; the rest asks V8. */
const meaningful = [
  // Where the total is brought up to date, too.
  "process_cpu_user_seconds_total",
  "process_cpu_system_seconds_total",
  "process_cpu_seconds_total",
  "process_start_time_seconds",
  "process_resident_memory_bytes",
  "process_open_fds",
  "process_max_fds",
] as const;

const delaySampleMs = 250;
const delayBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];

/**
 * Memory, CPU time and open files of the process, the delay of its event loop, and which gateway it is. What comes back ends
 * the sampling of that delay.
 */
export function addProcessMetrics(register: Registry, now: () => number): () => void {
  const defaults = new Registry();
  collectDefaultMetrics({ register: defaults });
  for (const name of meaningful) {
    const metric = defaults.getSingleMetric(name);
    if (metric !== undefined) register.registerMetric(metric);
  }
  new Gauge({
    name: "arouter_build_info",
    help: "Always 1; its label says which version runs.",
    labelNames: ["version"],
    registers: [register],
    aggregator: "first",
  }).set({ version }, 1);
  const delay = new Histogram({
    name: "arouter_event_loop_delay_seconds",
    help: "How much later than asked for a timer fires: what every request waits besides.",
    buckets: delayBuckets,
    registers: [register],
  });
  let dueMs = now() + delaySampleMs;
  const sampling = setInterval(() => {
    delay.observe(Math.max(0, now() - dueMs) / 1000);
    dueMs = now() + delaySampleMs;
  }, delaySampleMs);
  sampling.unref();
  return () => clearInterval(sampling);
}
