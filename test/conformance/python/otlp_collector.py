"""A collector of OpenTelemetry data that decodes with the official protocol buffers, over HTTP or gRPC."""

from __future__ import annotations

import threading
import time
from concurrent import futures
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Callable

import grpc
from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2, metrics_service_pb2_grpc
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2, trace_service_pb2_grpc

PATIENCE_SECONDS = 15


@dataclass(frozen=True)
class Span:
    name: str
    kind: str
    trace_id: str
    span_id: str
    parent_id: str
    start: int
    end: int
    status: str
    attributes: dict[str, Any]
    links: list[tuple[str, str, dict[str, Any]]]


def value_of(value: Any) -> Any:
    which = value.WhichOneof("value")
    if which == "array_value":
        return [value_of(each) for each in value.array_value.values]
    return None if which is None else getattr(value, which)


def attributes_of(pairs: Any) -> dict[str, Any]:
    return {pair.key: value_of(pair.value) for pair in pairs}


def span_of(span: Any) -> Span:
    return Span(
        name=span.name,
        kind=span.SpanKind.Name(span.kind),
        trace_id=span.trace_id.hex(),
        span_id=span.span_id.hex(),
        parent_id=span.parent_span_id.hex(),
        start=span.start_time_unix_nano,
        end=span.end_time_unix_nano,
        status=span.status.StatusCode.Name(span.status.code),
        attributes=attributes_of(span.attributes),
        links=[(link.trace_id.hex(), link.span_id.hex(), attributes_of(link.attributes)) for link in span.links],
    )


@dataclass
class Collector:
    endpoint: str = ""
    protocol: str = ""
    stop: Callable[[], None] = lambda: None
    spans: list[Span] = field(default_factory=list)
    resources: list[dict[str, Any]] = field(default_factory=list)
    scopes: set[tuple[str, str]] = field(default_factory=set)
    metrics: dict[str, list[Any]] = field(default_factory=dict)
    headers: list[dict[str, str]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take_traces(self, request: Any, headers: dict[str, str]) -> None:
        with self.lock:
            self.headers.append(headers)
            self.raw.append(request.SerializeToString())
            for group in request.resource_spans:
                self.resources.append(attributes_of(group.resource.attributes))
                for scoped in group.scope_spans:
                    self.scopes.add((scoped.scope.name, scoped.schema_url))
                    self.spans.extend(span_of(span) for span in scoped.spans)

    def take_metrics(self, request: Any, headers: dict[str, str]) -> None:
        with self.lock:
            self.headers.append(headers)
            self.raw.append(request.SerializeToString())
            for group in request.resource_metrics:
                for scoped in group.scope_metrics:
                    for metric in scoped.metrics:
                        self.metrics.setdefault(metric.name, []).extend(metric.histogram.data_points)

    def trace(self, trace_id: str) -> list[Span]:
        """The spans of one trace, which come together; waits for them."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            with self.lock:
                found = [span for span in self.spans if span.trace_id == trace_id]
            if found:
                return found
            time.sleep(0.02)
        raise AssertionError(f"no span of {trace_id} arrived")


def http_collector() -> Collector:
    collector = Collector(protocol="http/protobuf")
    kinds = {
        "/v1/traces": (
            trace_service_pb2.ExportTraceServiceRequest,
            trace_service_pb2.ExportTraceServiceResponse,
            collector.take_traces,
        ),
        "/v1/metrics": (
            metrics_service_pb2.ExportMetricsServiceRequest,
            metrics_service_pb2.ExportMetricsServiceResponse,
            collector.take_metrics,
        ),
    }

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            assert self.headers["content-type"] == "application/x-protobuf"
            message, answer, take = kinds[self.path]
            request = message()
            request.ParseFromString(self.body())
            take(request, {name.lower(): value for name, value in self.headers.items()})
            body = answer().SerializeToString()
            self.send_response(200)
            self.send_header("content-type", "application/x-protobuf")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def body(self) -> bytes:
            if self.headers["transfer-encoding"] != "chunked":
                return self.rfile.read(int(self.headers["content-length"]))
            body = b""
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return body

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    collector.endpoint = f"http://127.0.0.1:{server.server_port}"
    collector.stop = server.shutdown
    return collector


def grpc_collector() -> Collector:
    collector = Collector(protocol="grpc")

    class Traces(trace_service_pb2_grpc.TraceServiceServicer):
        def Export(self, request: Any, context: grpc.ServicerContext) -> Any:
            collector.take_traces(request, dict(context.invocation_metadata()))
            return trace_service_pb2.ExportTraceServiceResponse()

    class Metrics(metrics_service_pb2_grpc.MetricsServiceServicer):
        def Export(self, request: Any, context: grpc.ServicerContext) -> Any:
            collector.take_metrics(request, dict(context.invocation_metadata()))
            return metrics_service_pb2.ExportMetricsServiceResponse()

    server = grpc.server(futures.ThreadPoolExecutor(max_workers=4))
    trace_service_pb2_grpc.add_TraceServiceServicer_to_server(Traces(), server)
    metrics_service_pb2_grpc.add_MetricsServiceServicer_to_server(Metrics(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    collector.endpoint = f"http://127.0.0.1:{port}"
    collector.stop = lambda: server.stop(None).wait()
    return collector
