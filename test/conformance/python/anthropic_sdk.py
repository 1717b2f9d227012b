"""The `anthropic` package, sync and async, with nothing but its base URL changed."""

from __future__ import annotations

import json
from typing import Any

import anthropic

from neutral import Answer, Ask, Failure, ToolCall, Usage, each, entered, settled

STOPS = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "tool_use": "tools",
    "refusal": "refusal",
}


class AnthropicSdk:
    wire = "anthropic-messages"

    def __init__(self, url: str, is_async: bool, api_key: str = "anything") -> None:
        make = anthropic.AsyncAnthropic if is_async else anthropic.Anthropic
        self.name = f"anthropic {anthropic.__version__} {'async' if is_async else 'sync'}"
        self.client = make(base_url=url, api_key=api_key, max_retries=0, timeout=20)

    async def create(self, ask: Ask) -> Answer:
        return answer_of(await settled(self.client.messages.create(**params_of(ask))))

    async def iterate(self, ask: Ask) -> Answer:
        """A stream read through the raw iterator and put together here, strictly."""
        events = await settled(self.client.messages.create(**params_of(ask), stream=True))
        async with entered(events):
            return await assemble(each(events))

    async def helper(self, ask: Ask) -> Answer:
        text = ""
        async with entered(self.client.messages.stream(**params_of(ask))) as stream:
            async for delta in each(stream.text_stream):
                text += delta
            answer = answer_of(await settled(stream.get_final_message()))
        assert text == answer.text
        return answer

    async def parse(self, ask: Ask, model: type) -> Any:
        message = await settled(self.client.messages.parse(**params_of(ask), output_format=model))
        return message.parsed_output

    async def parse_stream(self, ask: Ask, model: type) -> Any:
        async with entered(self.client.messages.stream(**params_of(ask), output_format=model)) as stream:
            return (await settled(stream.get_final_message())).parsed_output

    async def abort(self, ask: Ask) -> None:
        events = await settled(self.client.messages.create(**params_of(ask), stream=True))
        async for event in each(events):
            if event.type == "content_block_delta":
                break
        await settled(events.close())

    async def models(self) -> list[str]:
        return [model.id async for model in each(await settled(self.client.models.list()))]

    async def failure(self, call: Any) -> Failure:
        try:
            await call
        except anthropic.APIError as error:
            return failure_of(error)
        raise AssertionError("The call succeeded.")


def params_of(ask: Ask) -> dict[str, Any]:
    params: dict[str, Any] = {
        "model": ask.model,
        "max_tokens": ask.max_tokens or 4096,
        "messages": [message_of(turn) for turn in ask.turns],
    }
    if ask.system is not None:
        params["system"] = ask.system
    if ask.tools:
        params["tools"] = [
            {"name": name, "description": description, "input_schema": schema}
            for name, (description, schema) in ask.tools.items()
        ]
    if ask.stop is not None:
        params["stop_sequences"] = ask.stop
    if ask.thinking:
        params["thinking"] = {"type": "enabled", "budget_tokens": 2048}
    if ask.headers:
        params["extra_headers"] = ask.headers
    return params


def message_of(turn: tuple) -> dict[str, Any]:
    match turn:
        case ("user", text):
            return {"role": "user", "content": text}
        case ("image", text, source):
            source = (
                {"type": "url", "url": source}
                if isinstance(source, str)
                else {"type": "base64", "media_type": source[0], "data": source[1]}
            )
            return {"role": "user", "content": [{"type": "text", "text": text}, {"type": "image", "source": source}]}
        case ("system", text):
            return {"role": "system", "content": text}
        case ("assistant", answer):
            return {"role": "assistant", "content": answer.message.content}
        case ("tools", results):
            blocks = [{"type": "tool_result", "tool_use_id": call.id, "content": text} for call, text in results]
            return {"role": "user", "content": blocks}
    raise AssertionError(turn)


def answer_of(message: Any) -> Answer:
    assert (message.type, message.role) == ("message", "assistant")
    usage, details = message.usage, getattr(message, "stop_details", None)
    cached, written = usage.cache_read_input_tokens or 0, usage.cache_creation_input_tokens or 0
    thinking = getattr(usage, "output_tokens_details", None)
    return Answer(
        id=message.id,
        model=message.model,
        text="".join(block.text for block in message.content if block.type == "text"),
        thinking="".join(block.thinking for block in message.content if block.type == "thinking"),
        refusal=(details.explanation or "") if details is not None and details.type == "refusal" else None,
        tool_calls=[
            ToolCall(block.id, block.name, block.input) for block in message.content if block.type == "tool_use"
        ],
        stop=STOPS[message.stop_reason],
        usage=Usage(
            input=usage.input_tokens + cached + written,
            cached=cached,
            output=usage.output_tokens,
            reasoning=thinking.thinking_tokens if thinking is not None else 0,
        ),
        message=message,
    )


async def assemble(events: Any) -> Answer:
    """One block open at a time, indexes 0, 1, 2, …, exactly one start, delta and stop of the message."""
    message, content, block, input_text, ending, stopped = None, [], None, "", None, False
    async for event in events:
        if event.type == "ping":
            continue
        assert not stopped and (message is None) == (event.type == "message_start"), event
        if event.type == "message_start":
            message = event.message
            assert message.content == [] and message.stop_reason is None
        elif event.type == "content_block_start":
            assert block is None and ending is None and event.index == len(content), event
            block, input_text = event.content_block, ""
        elif event.type == "content_block_delta":
            assert block is not None and event.index == len(content), event
            input_text += extend(block, event.delta)
        elif event.type == "content_block_stop":
            assert block is not None and event.index == len(content), event
            if block.type == "tool_use":
                block.input = json.loads(input_text or "{}")
            content.append(block)
            block = None
        elif event.type == "message_delta":
            assert block is None and ending is None, event
            ending = event
        elif event.type == "message_stop":
            assert ending is not None
            stopped = True
    assert stopped, "the stream ended without message_stop"
    usage = ending.usage.model_dump(exclude_none=True)
    return answer_of(
        message.model_copy(
            update={
                "content": content,
                "stop_reason": ending.delta.stop_reason,
                "stop_details": getattr(ending.delta, "stop_details", None),
                "usage": type(message.usage).model_validate({**message.usage.model_dump(), **usage}),
            }
        )
    )


def extend(block: Any, delta: Any) -> str:
    """Adds a delta to its block; returns the piece of tool input in it."""
    if delta.type == "text_delta":
        assert block.type == "text"
        block.text += delta.text
    elif delta.type == "thinking_delta":
        assert block.type == "thinking"
        block.thinking += delta.thinking
    elif delta.type == "signature_delta":
        assert block.type == "thinking"
        block.signature = delta.signature
    elif delta.type == "input_json_delta":
        assert block.type == "tool_use"
        return delta.partial_json
    else:
        raise AssertionError(delta)
    return ""


def failure_of(error: anthropic.APIError) -> Failure:
    response = getattr(error, "response", None)
    return Failure(
        kind=type(error),
        name=type(error).__name__,
        status=getattr(error, "status_code", None),
        message=str(error),
        request_id=getattr(error, "request_id", None),
        headers=dict(response.headers) if response is not None else {},
    )
