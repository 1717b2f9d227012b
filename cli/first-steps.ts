import type { Gateway, WireFormat } from "../runtime/contract.ts";

/** Models that a provider of each API is likely to serve. */
const models = {
  "openai-chat": "gpt-4o",
  "openai-responses": "gpt-4o",
  "anthropic-messages": "claude-sonnet-4-5",
  gemini: "gemini-2.5-flash",
} as const satisfies Record<WireFormat, string>;

/**
 * What to paste first: a request with curl, and the official OpenAI client in Python. Who has no configuration yet
 * (`isExample`) is told how to get one.
 */
export function firstSteps(url: string, { catalog }: Pick<Gateway, "catalog">, isExample: boolean): string {
  const needsKey = catalog.auth.mode === "keys" || (catalog.auth.mode === "auto" && catalog.auth.keys.length > 0);
  const key = needsKey ? "<one of your auth.keys>" : "anything";
  const formats = Object.values(catalog.providers).map(({ format }) => format);
  const format = formats.find((one) => one === "openai-chat") ?? formats[0] ?? "openai-chat";
  const model = models[format];
  const body = JSON.stringify({ model, messages: [{ role: "user", content: "hello" }] });
  return `
Try it:

  curl ${url}/v1/chat/completions -H 'authorization: Bearer ${key}' -H 'content-type: application/json' -d '${body}'

or, after pip install openai:

from openai import OpenAI
client = OpenAI(base_url="${url}/v1", api_key="${key}")
answer = client.chat.completions.create(model="${model}", messages=[{"role": "user", "content": "hello"}])
print(answer.choices[0].message.content)

${isExample ? ownConfig : ""}`;
}

const ownConfig = `This is an example's configuration. To have your own, with policies and tests of them: arouter init

`;
