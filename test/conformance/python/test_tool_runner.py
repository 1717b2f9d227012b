"""R14 R67: the tool loop the Anthropic SDK brings along. From 2.x on it first asks the server to hold the conversation."""

from __future__ import annotations

import anthropic
import pytest
from anthropic import beta_async_tool, beta_tool

from neutral import each, settled


@beta_tool
def get_weather(city: str) -> str:
    """The weather of a city."""
    return "get_weather done"


@beta_tool
def get_time(city: str) -> str:
    """The time in a city."""
    return "get_time done"


@beta_async_tool(name="get_weather")
async def get_weather_async(city: str) -> str:
    """The weather of a city."""
    return "get_weather done"


@beta_async_tool(name="get_time")
async def get_time_async(city: str) -> str:
    """The time in a city."""
    return "get_time done"


CLIENTS = {
    "sync": (anthropic.Anthropic, [get_weather, get_time]),
    "async": (anthropic.AsyncAnthropic, [get_weather_async, get_time_async]),
}


@pytest.mark.parametrize("model", ["gpt-4o-mini", "claude-sonnet-4-6"])
@pytest.mark.parametrize("client", CLIENTS)
def test_r8_r19_r20_the_tool_runner_runs_to_its_end(plain, run, client, model):
    make, tools = CLIENTS[client]

    async def talk():
        runner = make(base_url=plain.url, api_key="anything", max_retries=0).beta.messages.tool_runner(
            model=model,
            max_tokens=1024,
            tools=tools,
            messages=[{"role": "user", "content": "Use get_weather and get_time for Paris."}],
        )
        return [message async for message in each(await settled(runner))]

    *_, last = run(talk())
    assert last.content[0].text == 'The tools answered: "get_weather done", "get_time done"'
