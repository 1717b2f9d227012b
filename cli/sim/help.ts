import { listedClaudeModels } from "./anthropic/models.ts";
import { listedGeminiModels } from "./gemini/models.ts";
import { listedModels } from "./openai/models.ts";
import { behaviourGroups } from "./script/behaviour.ts";

const usage = `arouter sim: the APIs of OpenAI, Anthropic and Google Gemini, simulated on this machine.

Usage: arouter sim [--port 9100] [--host 127.0.0.1] [--key KEY] [--model NAME ...] [--quiet]

  --port N      port to listen on; 0 takes a free one (default 9100)
  --host HOST   address to listen on (default 127.0.0.1)
  --key KEY     the only API key accepted; without it any key will do
  --model NAME  offer only this model; may be repeated; without it any name that is not another vendor's
  --quiet       no line per request
  --help        this text

What there is, each with the vendor's own key header:
  OpenAI     POST /v1/chat/completions, /v1/completions, /v1/embeddings, /v1/responses, /v1/responses/input_tokens,
             /v1/responses/compact; GET and DELETE /v1/responses/{id}, .../input_items, .../cancel; /v1/files, /v1/batches
  Anthropic  POST /v1/messages, /v1/messages/count_tokens; /v1/messages/batches
  Gemini     POST /v1beta/models/{model}:generateContent, :streamGenerateContent (with or without alt=sse), :countTokens,
             :embedContent, :batchEmbedContents; the same under /v1
  All three  GET /v1/models (Gemini: /v1beta/models), and one of them by its name
Models: {models}

Requests are checked as strictly as the vendors check them, with their error bodies. A good one is answered without any
script, and the same request always gets the same answer:
  - the last user text is echoed ("You said: ...")
  - a tool whose name occurs in that text is called, several names are parallel calls; tool results are quoted back
  - a JSON schema in the request is filled in
  - "search the web" in the text is searched for, where the request offers the vendor's own web search
  - "please refuse" in the text is refused
  - reasoning, its signatures and encrypted contents have to come back as they went out
A token is up to four characters that are not white space, with the white space before them: usage, max_tokens and the
deltas of a stream count these.

Two ways to make it misbehave:

1. In the model name, for one request:  gpt-4o-mini@sim:status=503,retryAfter=1
   A name alone means true:             claude-sonnet-4-5@sim:html,status=502

2. Over HTTP, for requests to come:
   POST   /_sim/scripts    one script or a list of them
   DELETE /_sim/scripts    forget them
   GET    /_sim/requests   what came in
   DELETE /_sim/requests   forget it
   A script:  {"when": {"model": "gpt-*", "path": "/v1/chat/completions", "key": "k", "call": 2},
               "times": 1, "do": {"status": 429, "retryAfter": "2"}}
   Everything in "when" may be left out; "call" is the n-th request the rest fits; "times" is a number or "always".
   "model" and "path" may hold *, which stands for anything. The first script that fits and is not used up serves the
   request. A request the vendor would turn down uses none up. Endpoints that run no model (models, files, batches, token
   counts, stored responses) are served only by scripts with a "path".

What "do" and the directive can say:
`;

const models = [listedModels, listedClaudeModels, listedGeminiModels].map((names) => names.join(", "));

const titles = {
  saying: "The answer",
  body: "The body",
  status: "Status and headers",
  timing: "Time",
  breakage: "Connection and stream",
  framing: "Bytes",
} as const satisfies Record<keyof typeof behaviourGroups, string>;

const nameWidth = 19;

/** The text of `arouter sim --help`; the list of behaviours is read from their schema. */
export function helpText(): string {
  const groups = Object.entries(behaviourGroups).map(([group, fields]) => {
    const lines = Object.entries(fields).map(([name, schema]) => `    ${name.padEnd(nameWidth)}${described(schema)}\n`);
    return `\n  ${titleOf(group)}\n${lines.join("")}`;
  });
  return usage.replace("{models}", models.join("\n        ")) + groups.join("");
}

function titleOf(group: string): string {
  return Object.entries(titles).find(([name]) => name === group)?.[1] ?? group;
}

function described(schema: Readonly<{ description?: string; enum?: readonly unknown[] }>): string {
  const choices = schema.enum === undefined ? "" : ` (${schema.enum.join(", ")})`;
  return `${schema.description ?? ""}${choices}`;
}
