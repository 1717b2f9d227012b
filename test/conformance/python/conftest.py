"""R68: starts the gateways the suite runs against, and hands every test one SDK and one upstream."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import urllib.request
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Callable, Coroutine, Iterator

import pytest

from anthropic_sdk import AnthropicSdk
from openai_responses_sdk import OpenAIResponsesSdk
from openai_sdk import OpenAISdk

try:
    from google_genai_sdk import GoogleGenaiSdk
except ImportError:
    # Not pinned beside the previous majors.
    GoogleGenaiSdk = None

HERE = Path(__file__).parent
#: Model names decide the upstream.
MODELS = {
    "openai-chat": {"model": "gpt-4o-mini", "thinking": "gpt-5"},
    "openai-responses": {"model": "responses/gpt-4o-mini", "thinking": "responses/gpt-5"},
    "anthropic-messages": {"model": "claude-sonnet-4-6", "thinking": "claude-opus-4-5"},
    "gemini": {"model": "gemini/gemini-2.5-flash", "thinking": "gemini/gemini-3-pro"},
}


@dataclass(frozen=True)
class Gateway:
    url: str
    simulator_url: str

    def script(self, *scripts: dict) -> None:
        self._control("POST", "scripts", json.dumps(scripts).encode())

    def received(self) -> list[dict]:
        """What the upstream was asked, oldest first."""
        requests = json.loads(self._control("GET", "requests"))["requests"]
        return [request for request in requests if request["method"] == "POST"]

    def forget(self) -> None:
        self._control("DELETE", "requests")
        self._control("DELETE", "scripts")

    def _control(self, method: str, path: str, body: bytes | None = None) -> bytes:
        request = urllib.request.Request(f"{self.simulator_url}/_sim/{path}", data=body, method=method)
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.read()


@dataclass(frozen=True)
class Stage:
    """One SDK in front of one upstream."""

    gateway: Gateway
    sdk: Any
    upstream: str

    @property
    def model(self) -> str:
        return MODELS[self.upstream]["model"]

    @property
    def thinking_model(self) -> str:
        return MODELS[self.upstream]["thinking"]

    def script(self, **behaviour: Any) -> None:
        self.gateway.script({"do": behaviour})

    def sent(self) -> dict:
        """The one request body the upstream received."""
        (request,) = self.gateway.received()
        return request["json"]


@pytest.fixture(scope="session")
def addresses() -> Any:
    bun = os.environ.get("AROUTER_TEST_BUN", str(HERE / "../../../node_modules/bun/bin/bun.exe"))
    process = subprocess.Popen(
        [bun, str(HERE / "harness.ts")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=HERE.parents[2]
    )
    assert process.stdin is not None and process.stdout is not None
    # Warnings of the gateway may come first.
    line = next((line for line in process.stdout if line.startswith("{")), None)
    assert line is not None, "the gateway did not start; its messages are above"
    yield json.loads(line)
    process.stdin.close()
    process.wait(timeout=30)


def gateway_of(address: dict) -> Gateway:
    gateway = Gateway(address["url"], address["simulatorUrl"])
    gateway.forget()
    return gateway


@pytest.fixture
def plain(addresses: dict) -> Gateway:
    return gateway_of(addresses["plain"])


@pytest.fixture
def policy(addresses: dict) -> Gateway:
    return gateway_of(addresses["policy"])


SDKS = {
    "openai-sync": (OpenAISdk, False),
    "openai-async": (OpenAISdk, True),
    "responses-sync": (OpenAIResponsesSdk, False),
    "responses-async": (OpenAIResponsesSdk, True),
    "anthropic-sync": (AnthropicSdk, False),
    "anthropic-async": (AnthropicSdk, True),
}
if GoogleGenaiSdk is not None:
    SDKS |= {"gemini-sync": (GoogleGenaiSdk, False), "gemini-async": (GoogleGenaiSdk, True)}


@cache
def sdk(name: str, url: str) -> Any:
    make, is_async = SDKS[name]
    return make(url, is_async)


@pytest.fixture(params=list(SDKS))
def connect(request: pytest.FixtureRequest) -> Callable[[str], Any]:
    """The SDK for a base URL."""
    return lambda url: sdk(request.param, url)


@pytest.fixture(params=list(MODELS))
def stage(request: pytest.FixtureRequest, plain: Gateway, connect: Callable[[str], Any]) -> Stage:
    return Stage(plain, connect(plain.url), request.param)


@pytest.fixture(scope="session")
def run() -> Iterator[Callable[[Coroutine], Any]]:
    """Runs a coroutine to its end, with a time limit. One loop for all: the async clients live in it."""
    loop = asyncio.new_event_loop()
    yield lambda coroutine: loop.run_until_complete(asyncio.wait_for(coroutine, 30))
    loop.close()
