import { parseKeyPairsIntoRecord } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { OTLPExporterBase } from "@opentelemetry/otlp-exporter-base";
import { convertLegacyHttpOptions, createOtlpHttpExportDelegate } from "@opentelemetry/otlp-exporter-base/node-http";
import {
  MetricsExporterMetricsHelper,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
} from "@opentelemetry/otlp-transformer";
import type { ResourceMetrics } from "@opentelemetry/sdk-metrics";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import { createGrpcExporter, type Exporter } from "./grpc-exporter.ts";
import type { OtlpTarget, Signal } from "./otlp-target.ts";
import type { TelemetrySettings } from "./telemetry-settings.ts";

/** The methods of the official protocol buffers, opentelemetry/proto/collector. */
const methods = {
  traces: "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
  metrics: "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
} as const satisfies Record<Signal, string>;

/** Sends spans to where the settings say. Over HTTP it is the SDK's own exporter, which tries again within the time-out. */
export function traceExporter(settings: TelemetrySettings): Exporter<ReadableSpan[]> {
  const { url, protocol } = settings.traces;
  const headers = headersFor("traces", settings);
  const timeoutMs = settings.timeoutMs;
  if (protocol === "http") return new OTLPTraceExporter({ url, headers, timeoutMillis: timeoutMs });
  return createGrpcExporter(ProtobufTraceSerializer, { url, path: methods.traces, headers, timeoutMs });
}

/** The same for metrics. */
export function metricExporter({ url, protocol }: OtlpTarget, settings: TelemetrySettings): Exporter<ResourceMetrics> {
  const headers = headersFor("metrics", settings);
  const timeoutMs = settings.timeoutMs;
  if (protocol === "grpc") {
    return createGrpcExporter(ProtobufMetricsSerializer, { url, path: methods.metrics, headers, timeoutMs });
  }
  const options = convertLegacyHttpOptions({ url, headers, timeoutMillis: timeoutMs }, "METRICS", "v1/metrics", {
    "content-type": "application/x-protobuf",
  });
  return new OTLPExporterBase(
    createOtlpHttpExportDelegate(
      options,
      ProtobufMetricsSerializer,
      "otlp_http_metric_exporter",
      MetricsExporterMetricsHelper,
      undefined,
    ),
  );
}

/** By lower-case name, as HTTP/2 wants them. */
function headersFor(signal: Signal, { headers, headerLists }: TelemetrySettings): Record<string, string> {
  const listed = headerLists[signal].flatMap((list) => Object.entries(parseKeyPairsIntoRecord(list)));
  return Object.fromEntries(
    [...Object.entries(headers), ...listed].map(([name, value]) => [name.toLowerCase(), value]),
  );
}
