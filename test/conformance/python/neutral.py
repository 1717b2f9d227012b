"""What a test asks for and gets back, in no vendor's words, so that one table of scenarios runs against every SDK."""

from __future__ import annotations

import inspect
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, AsyncIterator


@dataclass(frozen=True)
class ToolCall:
    #: Gemini gives none before its third generation.
    id: str | None
    name: str
    input: Any


@dataclass(frozen=True)
class Usage:
    """In tokens; `input` holds the cached ones."""

    input: int
    cached: int
    output: int
    reasoning: int


@dataclass(frozen=True)
class Answer:
    id: str
    model: str
    text: str
    thinking: str
    refusal: str | None
    tool_calls: list[ToolCall]
    stop: str
    usage: Usage
    #: The SDK's own message, for the next turn.
    message: Any


@dataclass(frozen=True)
class Ask:
    model: str
    #: ("user", text) | ("image", text, url or (media type, base64)) | ("system", text)
    #: | ("assistant", Answer) | ("tools", [(ToolCall, text), …])
    turns: list[tuple]
    system: str | None = None
    #: name -> (description, JSON Schema)
    tools: dict[str, tuple[str, dict]] = field(default_factory=dict)
    stop: list[str] | None = None
    max_tokens: int | None = None
    thinking: bool = False
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Failure:
    kind: type
    name: str
    status: int | None
    message: str
    request_id: str | None
    headers: dict[str, str]


async def settled(value: Any) -> Any:
    """The value of a sync call, or of an async one."""
    return await value if inspect.isawaitable(value) else value


async def each(values: Any) -> AsyncIterator[Any]:
    """The values of a sync or async iterable."""
    if hasattr(values, "__aiter__"):
        async for value in values:
            yield value
    else:
        for value in values:
            yield value


@asynccontextmanager
async def entered(manager: Any) -> AsyncIterator[Any]:
    """
    A sync or async context manager. A stream is one: left open, the garbage collector closes it, and where that comes
    while httpcore 1.0 holds the lock of its connections (`ConnectionPool.handle_request`), the thread waits for itself.
    """
    if hasattr(manager, "__aenter__"):
        async with manager as value:
            yield value
    else:
        with manager as value:
            yield value
