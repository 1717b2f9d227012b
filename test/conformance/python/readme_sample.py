# point your existing client at ARouter —
# the api_key your app sends is ignored.
from openai import OpenAI

client = OpenAI(
    base_url="http://localhost:8080/v1",
    api_key="anything",
)

# routed + translated to Anthropic:
client.chat.completions.create(
    model="claude-sonnet-4-5-20250929",
    messages=[{"role": "user", "content": "hello"}],
)
