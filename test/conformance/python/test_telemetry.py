"""R7 R41 R77: traces arrive at a collector over HTTP and gRPC, as the official protocol buffers have them."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import urllib.request
from dataclasses import dataclass
from typing import Any, Iterator

import pytest

from conftest import HERE, Gateway

pytest.importorskip("opentelemetry.proto", reason="pinned beside the newest SDKs alone")
from otlp_collector import Collector, Span, grpc_collector, http_collector  # noqa: E402

#: No export may hold it.
CANARY = "canary-7f3a9c"
SCHEMA = {
    "type": "json_schema",
    "json_schema": {
        "name": "person",
        "schema": {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]},
    },
}


@dataclass(frozen=True)
class Traced:
    gateway: Gateway
    collector: Collector
    process: subprocess.Popen

    def ask(self, case: str = "none", flags: str = "01", **body: Any) -> tuple[str, str, str]:
        """Asks as part of a trace of its own; its id, the asking span's and the answer."""
        trace_id, span_id = secrets.token_hex(16), secrets.token_hex(8)
        headers = {"traceparent": f"00-{trace_id}-{span_id}-{flags}", "tracestate": "vendor=1", "x-case": case}
        answer = self.post(headers, **body)
        assert answer.headers["x-arouter-trace-id"] == trace_id
        return trace_id, span_id, answer.read().decode()

    def post(self, headers: dict[str, str], **body: Any) -> Any:
        asked = {"model": "gpt-4o", "messages": [{"role": "user", "content": f"hello {CANARY}"}], **body}
        request = urllib.request.Request(
            f"{self.gateway.url}/v1/chat/completions",
            data=json.dumps(asked).encode(),
            headers={"content-type": "application/json", **headers},
        )
        return urllib.request.urlopen(request, timeout=20)

    def end(self) -> None:
        """Stops the gateway, which sends what is left."""
        self.process.stdin.close()
        self.process.wait(timeout=30)


def start(collector: Collector) -> Traced:
    bun = os.environ.get("AROUTER_TEST_BUN", str(HERE / "../../../node_modules/bun/bin/bun.exe"))
    process = subprocess.Popen(
        [bun, str(HERE / "telemetry-harness.ts")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=HERE.parents[2],
        env={
            **os.environ,
            "COLLECTOR_KEY": "collector-secret",
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.endpoint,
            "OTEL_EXPORTER_OTLP_PROTOCOL": collector.protocol,
            "OTEL_BSP_SCHEDULE_DELAY": "50",
        },
    )
    line = next((line for line in process.stdout if line.startswith("{")), None)
    assert line is not None, "the gateway did not start; its messages are above"
    address = json.loads(line)
    return Traced(Gateway(address["url"], address["simulatorUrl"]), collector, process)


COLLECTORS = {"http": http_collector, "grpc": grpc_collector}


@pytest.fixture(scope="module", params=list(COLLECTORS))
def shared(request: pytest.FixtureRequest) -> Iterator[Traced]:
    collector = COLLECTORS[request.param]()
    traced = start(collector)
    yield traced
    traced.end()
    collector.stop()


@pytest.fixture
def traced(shared: Traced) -> Traced:
    shared.gateway.forget()
    return shared


def tree(spans: list[Span]) -> tuple[Span, list[Span], list[Span], list[Span]]:
    """The request's span, and those of its policy, its attempts and its validations, each where it belongs."""
    (root,) = [span for span in spans if span.name == "arouter.request"]
    policies = [span for span in spans if span.name == "arouter.policy"]
    attempts = sorted(
        (span for span in spans if span.name == "arouter.provider.chat"),
        key=lambda span: span.attributes["arouter.attempt_index"],
    )
    validations = [span for span in spans if span.name == "arouter.validate"]
    assert len(spans) == 1 + len(policies) + len(attempts) + len(validations)
    assert {span.parent_id for span in [*policies, *attempts]} == {root.span_id}
    assert {span.parent_id for span in validations} <= {span.span_id for span in attempts}
    assert len({span.span_id for span in spans}) == len(spans)
    by_id = {span.span_id: span for span in spans}
    for span in spans:
        assert span.start <= span.end
        if span is not root:
            assert by_id[span.parent_id].start <= span.start
    return root, policies, attempts, validations


def test_r7_r41_stream(traced: Traced):
    trace_id, asking, answer = traced.ask(stream=True, stream_options={"include_usage": True})
    assert "data: [DONE]" in answer
    root, (policy,), (attempt,), validations = tree(traced.collector.trace(trace_id))
    assert (root.kind, root.parent_id, root.status) == ("SPAN_KIND_SERVER", asking, "STATUS_CODE_UNSET")
    assert root.attributes.items() >= {
        "http.request.method": "POST",
        "url.path": "/v1/chat/completions",
        "http.response.status_code": 200,
        "arouter.rule": "none",
        "arouter.decision": "passthrough",
        "arouter.model_requested": "gpt-4o",
        "arouter.model_served": "gpt-4o",
        "arouter.stream": True,
        "arouter.attempts": 1,
    }.items()
    assert (policy.kind, policy.attributes["arouter.rule"]) == ("SPAN_KIND_INTERNAL", "none")
    assert validations == []
    (sent,) = traced.gateway.received()
    frames = [json.loads(line[6:]) for line in answer.splitlines() if line.startswith("data: {")]
    usage = next(frame["usage"] for frame in frames if frame.get("usage"))
    cost = (usage["prompt_tokens"] * 2.5 + usage["completion_tokens"] * 10) / 1e6
    assert attempt.attributes["arouter.cost_usd"] == root.attributes["arouter.cost_usd"] == pytest.approx(cost)
    assert root.attributes["arouter.cost_saved_usd"] == 0
    assert attempt.kind == "SPAN_KIND_CLIENT"
    assert attempt.attributes.items() >= {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.request.stream": True,
        "gen_ai.response.id": frames[0]["id"],
        "gen_ai.response.model": frames[0]["model"],
        "gen_ai.usage.input_tokens": usage["prompt_tokens"],
        "gen_ai.usage.output_tokens": usage["completion_tokens"],
        "server.address": "127.0.0.1",
        "arouter.outcome": "ok",
    }.items()
    assert attempt.attributes["gen_ai.response.finish_reasons"] == ["stop"]
    assert 0 <= attempt.attributes["gen_ai.response.time_to_first_chunk"] < 20
    # The upstream's part of the trace is the attempt's; what the client's vendors noted stays here.
    assert sent["headers"]["traceparent"] == f"00-{trace_id}-{attempt.span_id}-01"
    assert "tracestate" not in sent["headers"]


def test_r7_heal(traced: Traced):
    traced.gateway.script(
        {"when": {"model": "gpt-4o-mini"}, "do": {"text": "No, thank you."}},
        {"when": {"model": "gpt-4.1"}, "do": {"text": '{"name":"Ada"}'}},
    )
    trace_id, _, _ = traced.ask("heal", response_format=SCHEMA)
    root, (policy,), (first, second), validations = tree(traced.collector.trace(trace_id))
    assert root.attributes["arouter.rule"] == policy.attributes["arouter.rule"] == "heal"
    assert [first.attributes["arouter.outcome"], second.attributes["arouter.outcome"]] == ["invalid", "ok"]
    assert [first.status, second.status] == ["STATUS_CODE_ERROR", "STATUS_CODE_UNSET"]
    assert first.attributes["error.type"] == "not_json"
    assert {span.parent_id: span.attributes["arouter.verdict"] for span in validations} == {
        first.span_id: "failed",
        second.span_id: "passed",
    }


def test_r7_retry_and_failover(traced: Traced):
    traced.gateway.script({"when": {"model": "gpt-4o-mini"}, "do": {"status": 503}, "times": "always"})
    trace_id, _, _ = traced.ask("failover")
    root, _, attempts, _ = tree(traced.collector.trace(trace_id))
    assert [span.attributes["gen_ai.request.model"] for span in attempts] == [
        "gpt-4o-mini",
        "gpt-4o-mini",
        "claude-sonnet-4-5",
    ]
    assert [span.attributes["arouter.outcome"] for span in attempts] == ["failed", "failed", "ok"]
    assert [span.status for span in attempts] == ["STATUS_CODE_ERROR", "STATUS_CODE_ERROR", "STATUS_CODE_UNSET"]
    assert attempts[0].attributes["arouter.upstream_status"] == 503
    assert attempts[0].attributes["error.type"]
    assert attempts[2].attributes["gen_ai.provider.name"] == "anthropic"
    assert root.attributes["arouter.attempts"] == 3
    assert [request["headers"]["traceparent"][36:52] for request in traced.gateway.received()] == [
        span.span_id for span in attempts
    ]


def test_r7_hedge(traced: Traced):
    traced.gateway.script({"when": {"model": "gpt-4o-mini"}, "do": {"headersDelayMs": 5000}})
    trace_id, _, _ = traced.ask("hedge")
    root, _, (primary, hedge), _ = tree(traced.collector.trace(trace_id))
    assert root.attributes["arouter.hedge_winner"] == "hedge"
    assert [primary.attributes["arouter.hedge"], hedge.attributes["arouter.hedge"]] == [False, True]
    assert [primary.attributes["arouter.outcome"], hedge.attributes["arouter.outcome"]] == ["cancelled", "ok"]
    assert primary.links == [(trace_id, hedge.span_id, {"arouter.link": "hedge"})]
    assert hedge.links == [(trace_id, primary.span_id, {"arouter.link": "primary"})]
    assert primary.start <= hedge.start


def test_r7_exhausted(traced: Traced):
    traced.gateway.script({"do": {"status": 503}, "times": "always"})
    with pytest.raises(urllib.error.HTTPError) as failed:
        traced.post({})
    trace_id = failed.value.headers["x-arouter-trace-id"]
    root, _, attempts, _ = tree(traced.collector.trace(trace_id))
    assert (root.parent_id, root.status) == ("", "STATUS_CODE_ERROR")
    assert root.attributes["http.response.status_code"] == 503
    assert len(attempts) == 2


def test_parent_that_is_not_sampled(traced: Traced):
    silent, _, _ = traced.ask(flags="00")
    told, _, _ = traced.ask()
    assert traced.collector.trace(told)
    assert [span for span in traced.collector.spans if span.trace_id == silent] == []
    assert traced.gateway.received()[0]["headers"]["traceparent"].startswith(f"00-{silent}-")
    assert traced.gateway.received()[0]["headers"]["traceparent"].endswith("-00")


def test_resource_and_headers(traced: Traced):
    trace_id, _, _ = traced.ask()
    traced.collector.trace(trace_id)
    assert traced.collector.resources[-1].items() >= {"service.name": "tested", "telemetry.sdk.language": "nodejs"}.items()
    assert traced.collector.scopes == {("arouter", "https://opentelemetry.io/schemas/1.45.0")}
    assert traced.collector.headers[-1]["x-collector-key"] == "collector-secret"


@pytest.mark.parametrize("protocol", list(COLLECTORS))
def test_what_is_left_is_sent_at_the_end(protocol: str):
    collector = COLLECTORS[protocol]()
    traced = start(collector)
    trace_id, _, _ = traced.ask(stream=True)
    traced.end()
    assert [span.name for span in collector.spans if span.trace_id == trace_id][0] == "arouter.request"
    assert set(collector.metrics) == {
        "gen_ai.client.operation.duration",
        "gen_ai.client.token.usage",
        "gen_ai.server.time_to_first_token",
    }
    (duration,) = collector.metrics["gen_ai.client.operation.duration"]
    assert duration.count == 1
    assert list(duration.explicit_bounds)[:3] == [0.01, 0.02, 0.04]
    kinds = {
        attribute.value.string_value
        for point in collector.metrics["gen_ai.client.token.usage"]
        for attribute in point.attributes
        if attribute.key == "gen_ai.token.type"
    }
    assert kinds == {"input", "output"}
    collector.stop()
    assert all(CANARY.encode() not in exported for exported in collector.raw)


def test_nothing_asked_or_answered_is_exported(traced: Traced):
    trace_id, _, answer = traced.ask()
    assert CANARY in answer
    traced.collector.trace(trace_id)
    assert traced.collector.raw
    assert all(CANARY.encode() not in exported for exported in traced.collector.raw)
