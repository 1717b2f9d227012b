"""The Responses API of the `openai` package, sync and async, with nothing but its base URL changed."""

from __future__ import annotations

import json
from typing import Any

import openai

from neutral import Answer, Ask, Failure, ToolCall, Usage, each, entered, settled
from openai_sdk import failure_of


class OpenAIResponsesSdk:
    wire = "openai-responses"

    def __init__(self, url: str, is_async: bool, api_key: str = "anything") -> None:
        make = openai.AsyncOpenAI if is_async else openai.OpenAI
        self.name = f"openai {openai.__version__} responses {'async' if is_async else 'sync'}"
        self.client = make(base_url=f"{url}/v1", api_key=api_key, max_retries=0, timeout=20)

    async def create(self, ask: Ask) -> Answer:
        return answer_of(await settled(self.client.responses.create(**params_of(ask))))

    async def iterate(self, ask: Ask) -> Answer:
        """A stream read through the raw iterator and checked here, strictly."""
        events = await settled(self.client.responses.create(**params_of(ask), stream=True))
        async with entered(events):
            return answer_of(await assemble(each(events)))

    async def helper(self, ask: Ask) -> Answer:
        text = ""
        async with entered(self.client.responses.stream(**params_of(ask))) as stream:
            async for event in each(stream):
                if event.type == "response.output_text.delta":
                    text += event.delta
                raise_failure(event)
            answer = answer_of(await settled(stream.get_final_response()))
        assert text == answer.text
        return answer

    async def parse(self, ask: Ask, model: type) -> Any:
        return (await settled(self.client.responses.parse(**params_of(ask), text_format=model))).output_parsed

    async def parse_stream(self, ask: Ask, model: type) -> Any:
        async with entered(self.client.responses.stream(**params_of(ask), text_format=model)) as stream:
            return (await settled(stream.get_final_response())).output_parsed

    async def abort(self, ask: Ask) -> None:
        events = await settled(self.client.responses.create(**params_of(ask), stream=True))
        async for event in each(events):
            if event.type == "response.output_text.delta":
                break
        await settled(events.close())

    async def models(self) -> list[str]:
        return [model.id async for model in each(await settled(self.client.models.list()))]

    async def failure(self, call: Any) -> Failure:
        try:
            await call
        except openai.APIError as error:
            return failure_of(error)
        raise AssertionError("The call succeeded.")


def params_of(ask: Ask) -> dict[str, Any]:
    params: dict[str, Any] = {
        "model": ask.model,
        "input": [item for turn in ask.turns for item in items_of(turn)],
        "store": False,
    }
    if ask.system is not None:
        params["instructions"] = ask.system
    if ask.tools:
        params["tools"] = [
            {"type": "function", "name": name, "description": description, "parameters": schema, "strict": True}
            for name, (description, schema) in ask.tools.items()
        ]
    if ask.max_tokens is not None:
        params["max_output_tokens"] = ask.max_tokens
    if ask.thinking:
        params["reasoning"] = {"effort": "low", "summary": "auto"}
        # Models that do not reason refuse to be asked for it.
        params["include"] = ["reasoning.encrypted_content"]
    if ask.headers:
        params["extra_headers"] = ask.headers
    return params


def items_of(turn: tuple) -> list[Any]:
    match turn:
        case ("user", text):
            return [{"role": "user", "content": text}]
        case ("image", text, source):
            url = source if isinstance(source, str) else f"data:{source[0]};base64,{source[1]}"
            parts = [{"type": "input_text", "text": text}, {"type": "input_image", "image_url": url, "detail": "auto"}]
            return [{"role": "user", "content": parts}]
        case ("system", text):
            return [{"role": "developer", "content": text}]
        case ("assistant", answer):
            return answer.message
        case ("tools", results):
            return [{"type": "function_call_output", "call_id": call.id, "output": text} for call, text in results]
    raise AssertionError(turn)


def answer_of(response: Any) -> Answer:
    assert response.object == "response" and response.error is None, response
    usage = response.usage
    parts = [part for item in response.output if item.type == "message" for part in item.content]
    refusal = "".join(part.refusal for part in parts if part.type == "refusal")
    tool_calls = [
        ToolCall(item.call_id, item.name, json.loads(item.arguments))
        for item in response.output
        if item.type == "function_call"
    ]
    return Answer(
        id=response.id,
        model=response.model,
        text="".join(part.text for part in parts if part.type == "output_text"),
        thinking="".join(text.text for item in response.output if item.type == "reasoning" for text in item.summary),
        refusal=refusal or None,
        tool_calls=tool_calls,
        stop=stop_of(response, bool(tool_calls), bool(refusal)),
        usage=Usage(
            input=usage.input_tokens,
            cached=usage.input_tokens_details.cached_tokens,
            output=usage.output_tokens,
            reasoning=usage.output_tokens_details.reasoning_tokens,
        ),
        message=[sendable(item) for item in response.output],
    )


def sendable(item: Any) -> dict[str, Any]:
    """An item without what the SDK's helpers add to it: OpenAI refuses that in a request."""
    dump = item.model_dump(exclude_none=True, exclude={"parsed_arguments"})
    for part in dump.get("content", []):
        part.pop("parsed", None)
    return dump


def stop_of(response: Any, has_calls: bool, has_refusal: bool) -> str:
    if has_calls:
        return "tools"
    if response.status == "incomplete":
        return "refusal" if response.incomplete_details.reason == "content_filter" else "length"
    assert response.status == "completed", response.status
    return "refusal" if has_refusal else "stop"


async def assemble(events: Any) -> Any:
    whole, expected, added, done = None, 0, {}, []
    async for event in events:
        # What the gateway adds to a stream that broke has no place in it.
        raise_failure(event)
        assert whole is None and event.sequence_number == expected, event
        expected += 1
        match event.type:
            case "response.output_item.added":
                assert event.output_index == len(added), event
                added[event.output_index] = event.item.id
            case "response.output_text.delta" | "response.function_call_arguments.delta":
                assert added[event.output_index] == event.item_id, event
            case "response.output_item.done":
                assert added[event.output_index] == event.item.id, event
                done.append(event.item)
            case "response.completed" | "response.incomplete":
                assert [item.id for item in event.response.output] == [item.id for item in done]
                whole = event.response
    assert whole is not None, "the stream ended without a terminal event"
    return whole


def raise_failure(event: Any) -> None:
    """The SDK hands both kinds of failure on as events (openai 3.52 `Stream.__stream__` raises for those of Chat alone)."""
    match event.type:
        case "response.failed":
            raise openai.APIError(event.response.error.message, None, body=None)
        case "error":
            raise openai.APIError(event.message, None, body=None)
