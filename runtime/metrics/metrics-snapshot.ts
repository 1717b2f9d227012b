import { AggregatorRegistry, type PrometheusContentType, type Registry } from "prom-client";

/** All families and samples of one process, as they travel between processes. */
export type MetricsSnapshot = Awaited<ReturnType<Registry["getMetricsAsJSON"]>>;

/** The exposition of several processes as if they were one: each family says how its samples come together. */
export function mergedMetrics(snapshots: readonly MetricsSnapshot[]): Promise<string> {
  return AggregatorRegistry.aggregate<PrometheusContentType>([...snapshots]).metrics();
}

/** What processes that are gone have counted, as one snapshot: a sum that went down would look like a restart. */
export async function countedBy(snapshots: readonly MetricsSnapshot[]): Promise<MetricsSnapshot> {
  const merged = await AggregatorRegistry.aggregate([...snapshots]).getMetricsAsJSON();
  // The library writes kinds as words, whatever its types say.
  return merged.filter(({ type }) => ["counter", "histogram"].includes(String(type)));
}
