"""R8 R17 R64 R65 R70 R71: the sample every new user pastes, as it is printed but for the port."""

from pathlib import Path

SAMPLE = (Path(__file__).parent / "readme_sample.py").read_text()
DEFAULT = "http://localhost:8080/v1"


def test_r8_r17_r64_r65_r70_r71_the_sample_runs(plain):
    assert SAMPLE.count(DEFAULT) == 1
    port = plain.url.rsplit(":", 1)[1]
    scope: dict = {}
    exec(compile(SAMPLE.replace(DEFAULT, f"http://localhost:{port}/v1"), "readme_sample.py", "exec"), scope)
    (request,) = plain.received()
    assert request["path"] == "/v1/messages"
    assert request["json"]["model"] == "claude-sonnet-4-5-20250929"
    assert request["json"]["messages"][0]["role"] == "user"
    assert "anything" not in str(request["headers"])


def test_r71_its_answer_is_a_chat_completion(plain):
    from openai import OpenAI

    client = OpenAI(base_url=f"{plain.url}/v1", api_key="anything")
    completion = client.chat.completions.create(
        model="claude-sonnet-4-5-20250929", messages=[{"role": "user", "content": "hello"}]
    )
    assert completion.choices[0].message.content == "You said: hello"
    assert completion.choices[0].finish_reason == "stop"
