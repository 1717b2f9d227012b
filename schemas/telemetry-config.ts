import { Type } from "typebox";
import { closed } from "./closed.ts";
import { defaults } from "./defaults.ts";
import { flag, number } from "./fields.ts";

export const Telemetry = closed(
  {
    service_name: Type.Optional(
      Type.String({
        minLength: 1,
        default: defaults.telemetry.serviceName,
        description: "The service's name in traces.",
        "x-env": "OTEL_SERVICE_NAME",
      }),
    ),
    otlp_endpoint: Type.Optional(
      Type.String({
        minLength: 1,
        description: "The collector's address, such as `http://localhost:4318`. Without one nothing is traced.",
        "x-env": "OTEL_EXPORTER_OTLP_ENDPOINT",
      }),
    ),
    protocol: Type.Optional(
      Type.Enum(["auto", "http", "grpc"], {
        default: defaults.telemetry.protocol,
        description: "OTLP over `http` (protocol buffers) or `grpc`; `auto` is `grpc` for port 4317 and `grpc://`.",
        "x-env": "OTEL_EXPORTER_OTLP_PROTOCOL",
      }),
    ),
    headers: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        description: "What the collector asks for, such as `authorization`. A value may be `env.NAME`.",
        "x-env": "OTEL_EXPORTER_OTLP_HEADERS",
      }),
    ),
    sample_ratio: Type.Optional(
      number(0, 1, {
        default: defaults.telemetry.sampleRatio,
        description: "The share of requests that are traced; a client that comes with a `traceparent` has decided.",
      }),
    ),
    propagate: Type.Optional(
      Type.Enum(["none", "traceparent", "tracestate"], {
        default: defaults.telemetry.propagate,
        description:
          "What providers are told of a traced request: nothing, its `traceparent`, or the client's `tracestate`, too.",
      }),
    ),
    metrics: Type.Optional(
      flag(defaults.telemetry.metrics, "Whether metrics of the GenAI conventions are sent, too, each minute."),
    ),
  },
  "OpenTelemetry: where traces of requests go. Never what was asked or answered.",
);
