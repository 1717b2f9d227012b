import { expect } from "bun:test";
import { chat, compatible, fn, messages, opus48, opus55, sonnet4, user } from "../../support/translation.ts";
import { toChat, toMessages } from "./request-vectors.ts";
import type { Vector } from "./vector.ts";

const city = { type: "object", properties: { city: { type: "string" } } };

export const parameters: readonly Vector[] = [
  toMessages({
    id: "prewarm",
    title: "a prompt that is only to be cached asks for no output",
    model: sonnet4,
    body: chat([user("q")], { prompt_cache_options: { prewarm: true }, max_tokens: 50 }),
    sent: { max_tokens: 0 },
  }),
  toMessages({
    id: "P02",
    title: "models that take no sampling",
    model: opus55,
    body: chat([user("q")], { temperature: 0.7 }),
    absent: ["temperature"],
    losses: ["dropped:temperature"],
  }),
  toMessages({
    id: "P03",
    title: "temperature ends at 1",
    model: sonnet4,
    body: chat([user("q")], { temperature: 1.6 }),
    sent: { temperature: 1 },
    losses: ["clamped:temperature"],
  }),
  toMessages({
    id: "P08",
    title: "a wanted schema is enforced, tools stay",
    model: opus48,
    body: chat([user("q")], {
      tools: [fn("w")],
      response_format: {
        type: "json_schema",
        json_schema: {
          name: "n",
          schema: { type: "object", properties: { a: { type: "integer", minimum: 0 } }, required: ["a"] },
        },
      },
    }),
    sent: {
      output_config: {
        format: {
          type: "json_schema",
          schema: {
            type: "object",
            properties: { a: { type: "integer", description: "minimum: 0" } },
            required: ["a"],
            additionalProperties: false,
          },
        },
      },
    },
    absent: ["tool_choice"],
  }),
  toMessages({
    id: "P14",
    title: "a PDF",
    model: sonnet4,
    body: chat([
      user([{ type: "file", file: { filename: "a.pdf", file_data: "data:application/pdf;base64,JVBERi0=" } }]),
    ]),
    sent: {
      messages: [
        {
          role: "user",
          content: [
            {
              type: "document",
              source: { type: "base64", media_type: "application/pdf", data: "JVBERi0=" },
              title: "a.pdf",
            },
          ],
        },
      ],
    },
  }),
  toMessages({
    id: "P15",
    title: "a file id of another provider",
    model: sonnet4,
    body: chat([user([{ type: "file", file: { file_id: "file-123" } }])]),
    rejected: { code: "file_id_foreign", param: "messages" },
  }),
  toMessages({
    id: "P18",
    title: "several answers at once",
    model: sonnet4,
    body: chat([user("q")], { n: 2 }),
    rejected: { code: "n_unsupported", param: "n" },
  }),
  toChat({
    id: "P05",
    title: "the output limit of reasoning models",
    model: "gpt-5",
    body: messages([user("q")]),
    sent: { max_completion_tokens: 100 },
    absent: ["max_tokens"],
  }),
  toChat({
    id: "P05",
    title: "and of compatible servers",
    model: "llama",
    dialect: compatible,
    body: messages([user("q")]),
    sent: { max_tokens: 100 },
    absent: ["max_completion_tokens"],
  }),
  toChat({
    id: "P06",
    title: "stop sequences are a list of at most four",
    model: "gpt-4.1",
    body: messages([user("q")], { stop_sequences: ["1", "2", "3", "4", "5", "6"] }),
    sent: { stop: ["1", "2", "3", "4"] },
    losses: ["clamped:stop_sequences"],
  }),
  toChat({
    id: "P24",
    title: "usage is always asked for on streams",
    model: "gpt-4.1",
    body: messages([user("q")], { stream: true }),
    sent: { stream: true, stream_options: { include_usage: true } },
  }),
  toChat({
    id: "P24",
    title: "but not of servers that refuse the option",
    model: "llama",
    dialect: { ...compatible, streamOptions: false },
    body: messages([user("q")], { stream: true }),
    absent: ["stream_options"],
  }),
  toChat({
    id: "P14",
    title: "a PDF",
    model: "gpt-4.1",
    body: messages([
      user([
        {
          type: "document",
          title: "a.pdf",
          source: { type: "base64", media_type: "application/pdf", data: "JVBERi0=" },
        },
      ]),
    ]),
    sent: {
      messages: [
        {
          role: "user",
          content: [{ type: "file", file: { filename: "a.pdf", file_data: "data:application/pdf;base64,JVBERi0=" } }],
        },
      ],
    },
  }),
  toMessages({
    id: "P02",
    title: "temperature 1 is what they do anyway",
    model: opus55,
    body: chat([user("q")], { temperature: 1 }),
    absent: ["temperature"],
  }),
  toChat({
    id: "P06",
    title: "one stop sequence is a list, too",
    model: "gpt-4.1",
    body: messages([user("q")], { stop_sequences: ["a"] }),
    sent: { stop: ["a"] },
  }),
  toMessages({
    id: "P09",
    title: "without structured output and while thinking, the schema is told in words",
    model: sonnet4,
    body: chat([user("q")], {
      response_format: { type: "json_schema", json_schema: { name: "n", schema: city } },
      reasoning_effort: "high",
    }),
    sent: {
      thinking: { type: "enabled", budget_tokens: 19_200 },
      system: [{ type: "text", text: expect.stringContaining(JSON.stringify(city)) }],
    },
    absent: ["tool_choice", "tools"],
    losses: ["not_enforced:response_format"],
  }),
  toMessages({
    id: "P12",
    title: "an e-mail address does not leave as user id",
    model: sonnet4,
    body: chat([user("q")], { user: "bob@x.org" }),
    sent: { metadata: { user_id: expect.stringMatching(/^[0-9a-f]{64}$/) } },
  }),
];
