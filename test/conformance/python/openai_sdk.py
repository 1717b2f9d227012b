"""The `openai` package, sync and async, with nothing but its base URL changed."""

from __future__ import annotations

import json
from typing import Any

import openai

from neutral import Answer, Ask, Failure, ToolCall, Usage, each, entered, settled

STOPS = {"stop": "stop", "length": "length", "tool_calls": "tools", "content_filter": "refusal"}


class OpenAISdk:
    wire = "openai-chat"

    def __init__(self, url: str, is_async: bool, api_key: str = "anything") -> None:
        make = openai.AsyncOpenAI if is_async else openai.OpenAI
        self.name = f"openai {openai.__version__} {'async' if is_async else 'sync'}"
        self.client = make(base_url=f"{url}/v1", api_key=api_key, max_retries=0, timeout=20)

    async def create(self, ask: Ask) -> Answer:
        return answer_of(await settled(self.client.chat.completions.create(**params_of(ask))))

    async def iterate(self, ask: Ask) -> Answer:
        """A stream read through the raw iterator and put together here, strictly."""
        options = {"stream": True, "stream_options": {"include_usage": True}}
        chunks = await settled(self.client.chat.completions.create(**params_of(ask), **options))
        async with entered(chunks):
            return await assemble(each(chunks))

    async def helper(self, ask: Ask) -> Answer:
        options = {"stream_options": {"include_usage": True}}
        text = ""
        async with entered(self.client.chat.completions.stream(**params_of(ask), **options)) as stream:
            async for event in each(stream):
                if event.type == "content.delta":
                    text += event.delta
            answer = answer_of(await settled(stream.get_final_completion()))
        assert text == answer.text
        return answer

    async def parse(self, ask: Ask, model: type) -> Any:
        completion = await settled(self.client.chat.completions.parse(**params_of(ask), response_format=model))
        return completion.choices[0].message.parsed

    async def parse_stream(self, ask: Ask, model: type) -> Any:
        async with entered(self.client.chat.completions.stream(**params_of(ask), response_format=model)) as stream:
            return (await settled(stream.get_final_completion())).choices[0].message.parsed

    async def abort(self, ask: Ask) -> None:
        chunks = await settled(self.client.chat.completions.create(**params_of(ask), stream=True))
        async for chunk in each(chunks):
            if chunk.choices and chunk.choices[0].delta.content:
                break
        await settled(chunks.close())

    async def models(self) -> list[str]:
        return [model.id async for model in each(await settled(self.client.models.list()))]

    async def failure(self, call: Any) -> Failure:
        try:
            await call
        except openai.APIError as error:
            return failure_of(error)
        raise AssertionError("The call succeeded.")


def params_of(ask: Ask) -> dict[str, Any]:
    params: dict[str, Any] = {"model": ask.model, "messages": []}
    if ask.system is not None:
        params["messages"].append({"role": "system", "content": ask.system})
    for turn in ask.turns:
        params["messages"].extend(messages_of(turn))
    if ask.tools:
        params["tools"] = [
            {
                "type": "function",
                # The stream helper of openai 1.x takes strict tools only.
                "function": {"name": name, "description": description, "parameters": schema, "strict": True},
            }
            for name, (description, schema) in ask.tools.items()
        ]
    if ask.stop is not None:
        params["stop"] = ask.stop
    if ask.max_tokens is not None:
        params["max_completion_tokens"] = ask.max_tokens
    if ask.thinking:
        params["reasoning_effort"] = "low"
    if ask.headers:
        params["extra_headers"] = ask.headers
    return params


def messages_of(turn: tuple) -> list[Any]:
    match turn:
        case ("user", text):
            return [{"role": "user", "content": text}]
        case ("image", text, source):
            url = source if isinstance(source, str) else f"data:{source[0]};base64,{source[1]}"
            parts = [{"type": "text", "text": text}, {"type": "image_url", "image_url": {"url": url}}]
            return [{"role": "user", "content": parts}]
        case ("system", text):
            return [{"role": "developer", "content": text}]
        case ("assistant", answer):
            return [answer.message]
        case ("tools", results):
            return [{"role": "tool", "tool_call_id": call.id, "content": text} for call, text in results]
    raise AssertionError(turn)


def answer_of(completion: Any) -> Answer:
    assert completion.object == "chat.completion"
    (choice,) = completion.choices
    message, usage = choice.message, completion.usage
    prompt, completed = usage.prompt_tokens_details, usage.completion_tokens_details
    return Answer(
        id=completion.id,
        model=completion.model,
        text=message.content or "",
        thinking=getattr(message, "reasoning_content", None) or "",
        refusal=message.refusal,
        tool_calls=[
            ToolCall(call.id, call.function.name, json.loads(call.function.arguments))
            for call in message.tool_calls or []
        ],
        stop="refusal" if message.refusal else STOPS[choice.finish_reason],
        usage=Usage(
            input=usage.prompt_tokens,
            cached=(prompt and prompt.cached_tokens) or 0,
            output=usage.completion_tokens,
            reasoning=(completed and completed.reasoning_tokens) or 0,
        ),
        message=sendable(message),
    )


def sendable(message: Any) -> dict[str, Any]:
    """A message without what the SDK's helpers add to it: OpenAI refuses that in a request."""
    dump = message.model_dump(exclude_none=True, exclude={"parsed"})
    for call in dump.get("tool_calls", []):
        call.pop("index", None)
        call["function"].pop("parsed_arguments", None)
    return dump


async def assemble(chunks: Any) -> Answer:
    head, finish, usage = None, None, None
    message: dict[str, Any] = {"role": "assistant", "content": None}
    async for chunk in chunks:
        head = head or chunk
        assert (chunk.id, chunk.model, chunk.created) == (head.id, head.model, head.created)
        assert not (usage and chunk.usage), "usage came twice"
        usage = chunk.usage or usage
        if not chunk.choices:
            continue
        (choice,) = chunk.choices
        assert choice.index == 0 and finish is None, chunk
        add_delta(message, choice.delta)
        finish = choice.finish_reason
    assert finish is not None, "the stream ended without finish_reason"
    from openai.types.chat import ChatCompletion

    return answer_of(
        ChatCompletion.model_validate(
            {
                "id": head.id,
                "model": head.model,
                "created": head.created,
                "object": "chat.completion",
                "choices": [{"index": 0, "message": message, "finish_reason": finish}],
                "usage": usage,
            }
        )
    )


def add_delta(message: dict[str, Any], delta: Any) -> None:
    for name in ("content", "refusal", "reasoning_content"):
        text = getattr(delta, name, None)
        if text:
            message[name] = (message.get(name) or "") + text
    message.setdefault("reasoning_details", []).extend(getattr(delta, "reasoning_details", None) or [])
    calls = message.setdefault("tool_calls", [])
    for part in delta.tool_calls or []:
        if part.index < len(calls):
            calls[part.index]["function"]["arguments"] += part.function.arguments or ""
        else:
            assert part.index == len(calls) and part.id and part.type == "function" and part.function.name, part
            function = {"name": part.function.name, "arguments": part.function.arguments or ""}
            calls.append({"id": part.id, "type": "function", "function": function})
    for name in ("reasoning_details", "tool_calls"):
        if not message[name]:
            del message[name]


def failure_of(error: openai.APIError) -> Failure:
    response = getattr(error, "response", None)
    return Failure(
        kind=type(error),
        name=type(error).__name__,
        status=getattr(error, "status_code", None),
        message=str(error),
        request_id=getattr(error, "request_id", None),
        headers=dict(response.headers) if response is not None else {},
    )
