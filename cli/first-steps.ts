import type { Gateway } from "../runtime/contract.ts";

/** What to paste first: a request with curl, and the official OpenAI client in Python. */
export function firstSteps(url: string, { catalog }: Pick<Gateway, "catalog">): string {
  const needsKey = catalog.auth.mode === "keys" || (catalog.auth.mode === "auto" && catalog.auth.keys.length > 0);
  const key = needsKey ? "<one of your auth.keys>" : "anything";
  const model = Object.values(catalog.providers).some(({ format }) => format === "openai-chat")
    ? "gpt-4o"
    : "claude-sonnet-4-5";
  const body = JSON.stringify({ model, messages: [{ role: "user", content: "hello" }] });
  return `
Try it:

  curl ${url}/v1/chat/completions -H 'authorization: Bearer ${key}' -H 'content-type: application/json' -d '${body}'

or, after pip install openai:

from openai import OpenAI
client = OpenAI(base_url="${url}/v1", api_key="${key}")
answer = client.chat.completions.create(model="${model}", messages=[{"role": "user", "content": "hello"}])
print(answer.choices[0].message.content)

`;
}
