"""The `google-genai` package, sync and async, with nothing but its base URL changed."""

from __future__ import annotations

import asyncio
import base64
import gc
import json
from typing import Any

from google import genai
from google.genai import errors, types

from neutral import Answer, Ask, Failure, ToolCall, Usage, each, settled

STOPS = {"STOP": "stop", "MAX_TOKENS": "length", "SAFETY": "refusal"}


class GoogleGenaiSdk:
    wire = "gemini"

    def __init__(self, url: str, is_async: bool, api_key: str = "anything") -> None:
        client = genai.Client(api_key=api_key, http_options=types.HttpOptions(base_url=url, timeout=20_000))
        self.name = f"google-genai {genai.__version__} {'async' if is_async else 'sync'}"
        self.client = client.aio if is_async else client

    async def create(self, ask: Ask) -> Answer:
        return answer_of(await settled(self.client.models.generate_content(**params_of(ask))))

    async def iterate(self, ask: Ask) -> Answer:
        chunks = await settled(self.client.models.generate_content_stream(**params_of(ask)))
        return answer_of(await assemble(each(chunks)))

    async def helper(self, ask: Ask) -> Answer:
        """Its chat keeps the history itself, and only what it finds valid."""
        params = params_of(ask)
        *history, last = params["contents"]
        chat = self.client.chats.create(model=params["model"], config=params["config"], history=history)
        chunks = await settled(chat.send_message_stream(last.parts))
        answer = answer_of(await assemble(each(chunks)))
        if answer.stop != "refusal":
            kept = chat.get_history(curated=True)[-1]
            assert kept.role == "model"
        return answer

    async def parse(self, ask: Ask, model: type) -> Any:
        params = params_of(ask, response_mime_type="application/json", response_json_schema=model.model_json_schema())
        return model.model_validate_json(answer_of(await settled(self.client.models.generate_content(**params))).text)

    async def parse_stream(self, ask: Ask, model: type) -> Any:
        params = params_of(ask, response_mime_type="application/json", response_json_schema=model.model_json_schema())
        chunks = await settled(self.client.models.generate_content_stream(**params))
        return model.model_validate_json(answer_of(await assemble(each(chunks))).text)

    async def abort(self, ask: Ask) -> None:
        chunks = await settled(self.client.models.generate_content_stream(**params_of(ask)))
        if hasattr(chunks, "__anext__"):
            async for chunk in chunks:
                if chunk.text:
                    break
            await chunks.aclose()
            # The generators inside are left to the garbage collector, which asks the loop to close one after the other.
            for _ in range(10):
                gc.collect()
                await asyncio.sleep(0.05)
        else:
            for chunk in chunks:
                if chunk.text:
                    break
            chunks.close()

    async def models(self) -> list[str]:
        listed = await settled(self.client.models.list())
        return [model.name.removeprefix("models/") async for model in each(listed)]

    async def failure(self, call: Any) -> Failure:
        try:
            await call
        except errors.APIError as error:
            return failure_of(error)
        raise AssertionError("The call succeeded.")


def params_of(ask: Ask, **more: Any) -> dict[str, Any]:
    config = types.GenerateContentConfig(
        system_instruction=ask.system,
        stop_sequences=ask.stop,
        max_output_tokens=ask.max_tokens,
        # The loop over tool calls is the test's own.
        automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
        **more,
    )
    if ask.tools:
        config.tools = [types.Tool(function_declarations=[declaration(*tool) for tool in ask.tools.items()])]
    if ask.thinking:
        config.thinking_config = types.ThinkingConfig(thinking_budget=2048, include_thoughts=True)
    if ask.headers:
        config.http_options = types.HttpOptions(headers=ask.headers)
    return {"model": ask.model, "contents": contents_of(ask.turns), "config": config}


def declaration(name: str, tool: tuple[str, dict]) -> types.FunctionDeclaration:
    description, schema = tool
    return types.FunctionDeclaration(name=name, description=description, parameters_json_schema=schema)


def contents_of(turns: list[tuple]) -> list[types.Content]:
    return [content_of(turn) for turn in turns]


def content_of(turn: tuple) -> types.Content:
    match turn:
        case ("user", text):
            return types.Content(role="user", parts=[types.Part(text=text)])
        case ("image", text, str(url)):
            image = types.Part.from_uri(file_uri=url, mime_type="image/png")
            return types.Content(role="user", parts=[types.Part(text=text), image])
        case ("image", text, (media_type, data)):
            image = types.Part.from_bytes(data=base64.b64decode(data), mime_type=media_type)
            return types.Content(role="user", parts=[types.Part(text=text), image])
        case ("assistant", answer):
            return answer.message
        case ("tools", results):
            parts = [
                types.Part(
                    function_response=types.FunctionResponse(id=call.id, name=call.name, response={"output": text})
                )
                for call, text in results
            ]
            return types.Content(role="user", parts=parts)
    raise AssertionError(turn)


def answer_of(response: types.GenerateContentResponse) -> Answer:
    (candidate,) = response.candidates
    parts = (candidate.content.parts if candidate.content else None) or []
    usage = response.usage_metadata
    calls = [part.function_call for part in parts if part.function_call]
    stop = STOPS[candidate.finish_reason.value]
    return Answer(
        id=response.response_id or "",
        model=response.model_version or "",
        text="".join(part.text or "" for part in parts if not part.thought),
        thinking="".join(part.text or "" for part in parts if part.thought),
        refusal=(candidate.finish_message or candidate.finish_reason.value) if stop == "refusal" else None,
        tool_calls=[ToolCall(call.id, call.name, call.args) for call in calls],
        stop="tools" if calls and stop == "stop" else stop,
        usage=Usage(
            input=usage.prompt_token_count or 0,
            cached=usage.cached_content_token_count or 0,
            output=(usage.candidates_token_count or 0) + (usage.thoughts_token_count or 0),
            reasoning=usage.thoughts_token_count or 0,
        ),
        message=candidate.content or types.Content(role="model", parts=[]),
    )


async def assemble(chunks: Any) -> types.GenerateContentResponse:
    """Parts in order, the rest from the last chunk that says it."""
    parts: list[types.Part] = []
    whole: types.GenerateContentResponse | None = None
    role = None
    async for chunk in chunks:
        candidate = chunk.candidates[0] if chunk.candidates else None
        if candidate and candidate.content:
            role = candidate.content.role or role
            for part in candidate.content.parts or []:
                join(parts, part)
        if whole is not None:
            chunk.usage_metadata = chunk.usage_metadata or whole.usage_metadata
            chunk.candidates = chunk.candidates or whole.candidates
        whole = chunk
    assert whole is not None and whole.candidates[0].finish_reason, "the stream ended without finish_reason"
    assert role == "model" or not parts
    whole.candidates[0].content = types.Content(role="model", parts=parts)
    return whole


def join(parts: list[types.Part], part: types.Part) -> None:
    """Pieces of one text become one part; what carries a signature stays by itself."""

    def is_text(one: types.Part) -> bool:
        return one.text is not None and one.thought_signature is None

    if parts and is_text(parts[-1]) and is_text(part) and bool(parts[-1].thought) == bool(part.thought):
        parts[-1] = parts[-1].model_copy(update={"text": parts[-1].text + part.text})
    elif part.text != "" or part.thought_signature is not None:
        parts.append(part)


def failure_of(error: errors.APIError) -> Failure:
    headers = getattr(error.response, "headers", None)
    return Failure(
        kind=type(error),
        name=type(error).__name__,
        status=error.code,
        message=error.message or json.dumps(error.details),
        request_id=None,
        headers=dict(headers or {}),
    )
