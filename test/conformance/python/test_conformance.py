"""R13 R14 R66 R67: the official Python SDKs, sync and async, through the gateway to both vendors' APIs."""

from __future__ import annotations

import time

import openai
import pytest
from pydantic import BaseModel

from neutral import Ask, Usage

WAYS = pytest.mark.parametrize("way", ["create", "iterate", "helper"])
#: For answers that the stream helper of the OpenAI SDK turns into errors of its own.
WITHOUT_HELPER = pytest.mark.parametrize("way", ["create", "iterate"])
HARD_TEXT = 'Grüße, 日本語, 👩‍👩‍👧, "quoted" \\ \n\t\u2028 ' + "long " * 500
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="


class Person(BaseModel):
    name: str
    age: int


def schema(**properties: str) -> dict:
    return {
        "type": "object",
        "properties": {name: {"type": kind} for name, kind in properties.items()},
        "required": list(properties),
        "additionalProperties": False,
    }


TOOLS = {
    "get_weather": ("The weather of a city", schema(city="string")),
    "get_time": ("The time in a city", schema(city="string", seconds="boolean")),
}


def hello(model: str) -> Ask:
    return Ask(model=model, turns=[("user", "hello")])


ID_STARTS = {"openai-chat": "chatcmpl-", "openai-responses": "resp_", "anthropic-messages": "msg_", "gemini": ""}
PATHS = {
    "openai-chat": "/v1/chat/completions",
    "openai-responses": "/v1/responses",
    "anthropic-messages": "/v1/messages",
    "gemini": "/models/gemini-2.5-flash:",
}


def turns_sent(upstream: str, body: dict) -> list[dict]:
    """The conversation of a request body, without leading instructions."""
    turns = body[{"openai-responses": "input", "gemini": "contents"}.get(upstream, "messages")]
    return [turn for turn in turns if turn.get("role") not in ("system", "developer")]


@WAYS
def test_r11_r12_r15_r16_r18_r20_text(stage, run, way):
    answer = run(getattr(stage.sdk, way)(Ask(model=stage.model, turns=[("user", "hello")], system="Be brief.")))
    assert (answer.text, answer.stop, answer.model) == ("You said: hello", "stop", stage.model.split("/")[-1])
    assert answer.id.startswith(ID_STARTS[stage.sdk.wire])
    (request,) = stage.gateway.received()
    assert PATHS[stage.upstream] in request["path"]
    assert "Be brief." in request["body"]


@WAYS
def test_r20_a_conversation_goes_on(stage, run, way):
    call = getattr(stage.sdk, way)

    async def talk():
        first = await call(Ask(model=stage.model, turns=[("user", "one")]))
        return await call(Ask(model=stage.model, turns=[("user", "one"), ("assistant", first), ("user", "two")]))

    assert run(talk()).text == "You said: two"
    second = stage.gateway.received()[1]
    roles = [turn["role"] for turn in turns_sent(stage.upstream, second["json"])]
    assert [{"model": "assistant"}.get(role, role) for role in roles] == ["user", "assistant", "user"]
    assert "You said: one" in second["body"]


@WAYS
def test_r15_r20_any_text_cut_anywhere(stage, run, way):
    stage.script(text=HARD_TEXT, writeBytes=7)
    assert run(getattr(stage.sdk, way)(hello(stage.model))).text == HARD_TEXT


@WITHOUT_HELPER
def test_r20_length(stage, run, way):
    counted = ", ".join(f"number {n}" for n in range(60))
    # The Responses API takes no smaller limit.
    answer = run(getattr(stage.sdk, way)(Ask(model=stage.model, turns=[("user", counted)], max_tokens=16)))
    assert answer.stop == "length"
    assert f"You said: {counted}".startswith(answer.text)


@WAYS
def test_r19_r20_stop_sequence(stage, run, way):
    if stage.sdk.wire == "openai-responses":
        pytest.skip("The Responses API has no stop sequences.")
    ask = Ask(model=stage.model, turns=[("user", "one STOP two")], stop=["STOP"])
    answer = run(getattr(stage.sdk, way)(ask))
    assert (answer.text, answer.stop) == ("You said: one ", "stop")
    sent = stage.sent()
    # The Responses API has no field for it: the gateway stops there itself.
    fields = {
        "openai-chat": lambda: sent["stop"],
        "openai-responses": lambda: ["STOP"],
        "anthropic-messages": lambda: sent["stop_sequences"],
        "gemini": lambda: sent["generationConfig"]["stopSequences"],
    }
    assert fields[stage.upstream]() == ["STOP"]


@WITHOUT_HELPER
def test_r20_refusal(stage, run, way):
    answer = run(getattr(stage.sdk, way)(Ask(model=stage.model, turns=[("user", "please refuse")])))
    assert answer.stop == "refusal"
    assert answer.refusal


@WAYS
def test_r20_usage_counts_cached_and_reasoning_tokens_once(stage, run, way):
    usage = {
        "openai-chat": {
            "prompt_tokens": 1320,
            "completion_tokens": 50,
            "total_tokens": 1370,
            "prompt_tokens_details": {"cached_tokens": 1000, "cache_write_tokens": 300, "audio_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": 30},
        },
        "anthropic-messages": {
            "input_tokens": 20,
            "cache_read_input_tokens": 1000,
            "cache_creation_input_tokens": 300,
            "output_tokens": 50,
            "output_tokens_details": {"thinking_tokens": 30},
        },
        "openai-responses": {
            "input_tokens": 1320,
            "input_tokens_details": {"cached_tokens": 1000, "cache_write_tokens": 300},
            "output_tokens": 50,
            "output_tokens_details": {"reasoning_tokens": 30},
            "total_tokens": 1370,
        },
        "gemini": {
            "promptTokenCount": 1320,
            "cachedContentTokenCount": 1000,
            "candidatesTokenCount": 20,
            "thoughtsTokenCount": 30,
            "totalTokenCount": 1370,
        },
    }
    stage.script(text="ok", usage=usage[stage.upstream])
    answer = run(getattr(stage.sdk, way)(hello(stage.model)))
    assert answer.usage == Usage(input=1320, cached=1000, output=50, reasoning=30)


@WAYS
def test_r19_r20_r23_parallel_tool_calls_and_their_results(stage, run, way):
    call = getattr(stage.sdk, way)
    stage.script(
        text="Let me look.",
        toolCalls=[
            {"id": "call_weather_1", "name": "get_weather", "arguments": '{"city":"Paris"}'},
            {"id": "call_time_2", "name": "get_time", "arguments": '{"city":"Paris","seconds":false}'},
        ],
    )

    async def talk():
        turns = [("user", "Use get_weather and get_time for Paris.")]
        called = await call(Ask(model=stage.model, turns=turns, tools=TOOLS))
        assert (called.text, called.stop) == ("Let me look.", "tools")
        assert [(tool.name, tool.input) for tool in called.tool_calls] == [
            ("get_weather", {"city": "Paris"}),
            ("get_time", {"city": "Paris", "seconds": False}),
        ]
        ids = [tool.id for tool in called.tool_calls]
        if stage.upstream != "gemini":
            assert ids == ["call_weather_1", "call_time_2"]
        elif stage.sdk.wire == "gemini":
            # As the vendor has it before its third generation.
            assert ids == [None, None]
        else:
            assert all(ids) and ids[0] != ids[1]
        results = ("tools", [(tool, f"{tool.name} is fine") for tool in called.tool_calls])
        return await call(Ask(model=stage.model, turns=[*turns, ("assistant", called), results], tools=TOOLS))

    assert run(talk()).text == 'The tools answered: "get_weather is fine", "get_time is fine"'
    turns = turns_sent(stage.upstream, stage.gateway.received()[1]["json"])
    match stage.upstream:
        case "openai-chat":
            assert [call["id"] for call in turns[1]["tool_calls"]] == ["call_weather_1", "call_time_2"]
            assert [message["tool_call_id"] for message in turns[2:]] == ["call_weather_1", "call_time_2"]
        case "openai-responses":
            ids = ["call_weather_1", "call_time_2", "call_weather_1", "call_time_2"]
            assert [item["call_id"] for item in turns if "call_id" in item] == ids
        case "anthropic-messages":
            assert [block["type"] for block in turns[1]["content"]] == ["text", "tool_use", "tool_use"]
            assert [block["tool_use_id"] for block in turns[2]["content"]] == ["call_weather_1", "call_time_2"]
        case "gemini":
            assert [part["functionCall"]["name"] for part in turns[1]["parts"][1:]] == ["get_weather", "get_time"]
            assert [part["functionResponse"]["name"] for part in turns[2]["parts"]] == ["get_weather", "get_time"]


@pytest.mark.parametrize("source", ["https://images.example/cat.png", ("image/png", PIXEL)], ids=["url", "base64"])
def test_r19_r24_image(stage, run, source):
    # Of Google's models only the newer ones fetch a URL.
    model = stage.thinking_model if stage.upstream == "gemini" else stage.model
    answer = run(stage.sdk.create(Ask(model=model, turns=[("image", "What is it?", source)])))
    assert answer.text == "You said: What is it?"
    if stage.upstream not in ("openai-chat", "anthropic-messages"):
        assert (source if isinstance(source, str) else PIXEL) in stage.gateway.received()[0]["body"]
        return
    part = stage.sent()["messages"][0]["content"][1]
    if stage.upstream == "openai-chat":
        url = source if isinstance(source, str) else f"data:image/png;base64,{PIXEL}"
        detail = {"detail": "auto"} if stage.sdk.wire == "openai-responses" else {}
        assert part == {"type": "image_url", "image_url": {"url": url, **detail}}
    elif isinstance(source, str):
        assert part == {"type": "image", "source": {"type": "url", "url": source}}
    else:
        assert part == {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PIXEL}}


@pytest.mark.parametrize("way", ["parse", "parse_stream"])
def test_r20_r25_r29_structured_output(stage, run, way):
    stage.script(text='{"name":"Ada","age":36}')
    ask = Ask(model=stage.model, turns=[("user", "Ada is 36.")])
    assert run(getattr(stage.sdk, way)(ask, Person)) == Person(name="Ada", age=36)
    sent = stage.sent()
    schemas = {
        "openai-chat": lambda: sent["response_format"]["json_schema"]["schema"],
        "openai-responses": lambda: sent["text"]["format"]["schema"],
        "anthropic-messages": lambda: sent["output_config"]["format"]["schema"],
        "gemini": lambda: sent["generationConfig"]["responseJsonSchema"],
    }
    assert schemas[stage.upstream]()["required"] == ["name", "age"]


@pytest.mark.parametrize("model", ["gpt-4o-mini", "claude-sonnet-4-6"])
def test_r20_r29_the_old_name_of_parse(plain, model):
    plain.script({"do": {"text": '{"name":"Ada","age":36}'}})
    completion = openai.OpenAI(base_url=f"{plain.url}/v1", api_key="anything").beta.chat.completions.parse(
        model=model, messages=[{"role": "user", "content": "Ada is 36."}], response_format=Person
    )
    assert completion.choices[0].message.parsed == Person(name="Ada", age=36)


@pytest.mark.parametrize("way", ["create", "iterate"])
def test_r19_r20_reasoning_over_two_turns_with_a_tool(stage, run, way):
    call = getattr(stage.sdk, way)
    tools = {"lookup": ("Looks a word up", schema(word="string"))}

    async def talk():
        turns = [("user", "Use lookup please.")]
        ask = dict(model=stage.thinking_model, tools=tools, thinking=True, max_tokens=8000)
        called = await call(Ask(turns=turns, **ask))
        assert [tool.name for tool in called.tool_calls] == ["lookup"]
        results = ("tools", [(tool, "found") for tool in called.tool_calls])
        return called, await call(Ask(turns=[*turns, ("assistant", called), results], **ask))

    called, done = run(talk())
    assert done.text == 'The tools answered: "found"'
    first, second = stage.gateway.received()
    body = second["body"]
    assert "ar1." not in body
    # Each vendor but Chat's refuses state that it did not make for exactly this conversation.
    match stage.upstream:
        case "openai-chat":
            assert first["json"]["reasoning_effort"]
            assert "signature" not in body
        case "openai-responses":
            assert first["json"]["reasoning"]["effort"]
            assert '"encrypted_content"' in body
        case "anthropic-messages":
            assert first["json"]["thinking"]["type"] == "enabled"
            block = second["json"]["messages"][1]["content"][0]
            assert (block["type"], block["thinking"]) == ("thinking", called.thinking)
            assert called.thinking and block["signature"]
        case "gemini":
            assert first["json"]["generationConfig"]["thinkingConfig"]
            assert '"thoughtSignature"' in body


#: status the upstream gives -> (class and status per SDK)
ERRORS = [
    (dict(status=400, errorMessage="out of range"), "BadRequestError", (400, 400)),
    (dict(status=403, errorMessage="not in your region"), "PermissionDeniedError", (403, 403)),
    (dict(status=404, errorMessage="no such model"), "NotFoundError", (404, 404)),
    (dict(status=429, errorMessage="slow down", retryAfter="7"), "RateLimitError", (429, 429)),
    (dict(status=500, errorMessage="it broke"), "InternalServerError", (500, 500)),
    (dict(status=401, errorMessage="bad key"), "InternalServerError", (502, 502)),
    (dict(status=502, html=True), "InternalServerError", (502, 502)),
]


@WAYS
@pytest.mark.parametrize(("behaviour", "name", "statuses"), ERRORS, ids=lambda value: str(value)[:40])
def test_r10_errors_are_the_sdks_own(stage, run, way, behaviour, name, statuses):
    stage.script(**behaviour)
    failure = run(stage.sdk.failure(getattr(stage.sdk, way)(hello(stage.model))))
    if stage.sdk.wire == "gemini":
        assert failure.name == ("ServerError" if statuses[0] >= 500 else "ClientError")
        assert failure.status == statuses[0]
        return
    assert failure.name == name
    assert failure.status == statuses[0 if stage.sdk.wire == "openai-chat" else 1]
    assert failure.request_id
    if behaviour["status"] not in (401, 502):
        assert behaviour["errorMessage"] in failure.message
    assert failure.headers.get("retry-after") == behaviour.get("retryAfter")


@WAYS
def test_r10_an_overloaded_upstream(stage, run, way):
    stage.script(status=529 if stage.upstream == "anthropic-messages" else 503, errorMessage="try later")
    failure = run(stage.sdk.failure(getattr(stage.sdk, way)(hello(stage.model))))
    expected = {
        "openai-chat": ("InternalServerError", 503),
        "openai-responses": ("InternalServerError", 503),
        "anthropic-messages": ("OverloadedError", 529),
        "gemini": ("ServerError", 503),
    }
    assert (failure.name, failure.status) == expected[stage.sdk.wire]


DEATHS = {
    "error event": dict(errorAfterEvents=9, errorType="overloaded_error", errorMessage="too busy now"),
    "no terminator": dict(endAfterEvents=9),
    "reset": dict(resetAfterBytes=3000),
}


@pytest.mark.parametrize("way", ["iterate", "helper"])
@pytest.mark.parametrize("death", DEATHS)
def test_r15_r34_a_stream_that_dies_is_an_error(stage, run, way, death):
    stage.script(text="one two three four five " * 40, **DEATHS[death])
    failure = run(stage.sdk.failure(getattr(stage.sdk, way)(hello(stage.model))))
    assert "APIError" in [base.__name__ for base in failure.kind.__mro__]
    if death == "error event":
        assert "too busy now" in failure.message


def test_r40_a_client_that_leaves_closes_the_upstream(stage, run):
    stage.script(text="one two three four five " * 40, eventDelayMs=20)
    run(stage.sdk.abort(hello(stage.model)))
    deadline = time.monotonic() + 2
    while "closedEarlyAtMs" not in stage.gateway.received()[0] and time.monotonic() < deadline:
        time.sleep(0.01)
    (request,) = stage.gateway.received()
    assert "closedEarlyAtMs" in request
