"""R2 R3 R26 R30 R31 R32 R57 R58 R60 R62: the product's first example policy, through both vendors' SDKs, buffered and streamed."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

from neutral import Ask

WAYS = pytest.mark.parametrize("way", ["create", "iterate", "helper"])
PROSE = "I would be happy to help you with that!"
RIGHT = '{"name":"Ada","age":36}'
#: Well above 250 tokens, so that the first rule leaves it alone.
EXTRACTION = Ask(model="gpt-4.1", turns=[("user", "Ada Lovelace was thirty-six years old. " * 60)])


class Person(BaseModel):
    name: str
    age: int


def asked_models(gateway) -> list[str]:
    return [request["json"]["model"] for request in gateway.received()]


@WAYS
def test_r2_r26_r57_trivial_to_mini(policy, connect, run, way):
    answer = run(getattr(connect(policy.url), way)(Ask(model="gpt-4.1", turns=[("user", "hello")])))
    assert answer.text == "You said: hello"
    assert asked_models(policy) == ["gpt-4o-mini"]


@pytest.mark.parametrize("way", ["parse", "parse_stream"])
@pytest.mark.parametrize("bad", [PROSE, '{"name":"Ada","age":"unknown"}'], ids=["prose", "shape"])
def test_r3_r30_r31_r32_r58_r60_extract_with_self_healing(policy, connect, run, way, bad):
    policy.script(
        {"when": {"model": "gpt-4o-mini"}, "do": {"text": bad}},
        {"when": {"model": "gpt-4.1"}, "do": {"text": RIGHT}},
    )
    assert run(getattr(connect(policy.url), way)(EXTRACTION, Person)) == Person(name="Ada", age=36)
    assert asked_models(policy) == ["gpt-4o-mini", "gpt-4.1"]
    assert {request["path"] for request in policy.received()} == {"/v1/chat/completions"}


@pytest.mark.parametrize("way", ["parse", "parse_stream"])
def test_r62_x_arouter_fallback_chain(policy, connect, run, way):
    policy.script(
        {"when": {"model": "gpt-4o-mini"}, "do": {"text": PROSE}},
        {"when": {"model": "claude-*"}, "do": {"text": RIGHT}},
    )
    headers = {"x-arouter-fallback-chain": "claude-sonnet-4-6"}
    ask = Ask(model="gpt-4.1", turns=EXTRACTION.turns, headers=headers)
    assert run(getattr(connect(policy.url), way)(ask, Person)) == Person(name="Ada", age=36)
    assert asked_models(policy) == ["gpt-4o-mini", "claude-sonnet-4-6"]


def test_models_are_listed(policy, connect, run):
    assert {"gpt-4o-mini", "gpt-4.1"} <= set(run(connect(policy.url).models()))
