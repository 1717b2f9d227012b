import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { anthropicMessages } from "../../runtime/wire/anthropic-messages/codec.ts";
import type { Block, Json, JsonObject, Request } from "../../runtime/wire/canonical.ts";
import { packOpaque } from "../../runtime/wire/carrier.ts";
import { normalise } from "../../runtime/wire/normalise.ts";
import { assistant, call, request, result, target, text, user } from "../support/canonical.ts";

function outcomeOf(body: JsonObject) {
  return anthropicMessages.decodeRequest(body);
}

function decoded(more: JsonObject): Request {
  const outcome = outcomeOf({
    model: "claude-x",
    max_tokens: 10,
    messages: [{ role: "user", content: "hi" }],
    ...more,
  });
  if (outcome.kind === "rejection") throw new Error(outcome.message);
  return outcome.value;
}

function lossesOf(more: JsonObject): readonly string[] {
  const outcome = outcomeOf({ model: "m", max_tokens: 10, messages: [{ role: "user", content: "hi" }], ...more });
  return outcome.kind === "rejection" ? [outcome.code] : outcome.losses.map((loss) => `${loss.code}:${loss.field}`);
}

function blocksOf(...content: readonly Json[]): readonly Block[] {
  return decoded({ messages: [{ role: "user", content }] }).turns[0]?.blocks ?? [];
}

describe("R12 R133 Messages requests", () => {
  test("a whole request", () => {
    expect(
      decoded({
        system: [{ type: "text", text: "S", cache_control: { type: "ephemeral", ttl: "1h" } }],
        messages: [
          { role: "user", content: "go" },
          { role: "assistant", content: [{ type: "tool_use", id: "a", name: "lookup", input: { q: 1 } }] },
          { role: "user", content: [{ type: "tool_result", tool_use_id: "a", content: "one" }] },
        ],
        tools: [{ name: "lookup", description: "d", input_schema: { type: "object" }, strict: true }],
        tool_choice: { type: "tool", name: "lookup", disable_parallel_tool_use: true },
        stop_sequences: ["END"],
        temperature: 0.5,
        top_k: 3,
        thinking: { type: "enabled", budget_tokens: 2048, display: "summarized" },
        output_config: { effort: "xhigh", format: { type: "json_schema", schema: { type: "object" } } },
        metadata: { user_id: "user_1_account_2_session_3f" },
        service_tier: "standard_only",
        stream: true,
      }),
    ).toEqual(
      request([user("go"), assistant(call("a", '{"q":1}')), user(result("a", "one"))], {
        model: "claude-x",
        system: [{ kind: "text", text: "S", cache: { ttl: "long" } }],
        tools: [{ kind: "function", name: "lookup", description: "d", schema: { type: "object" }, strict: true }],
        toolChoice: { kind: "named", name: "lookup" },
        parallelToolCalls: false,
        maxTokens: 10,
        stop: ["END"],
        format: { kind: "json-schema", name: "response", schema: { type: "object" }, strict: undefined },
        sampling: { temperature: 0.5, topP: undefined, topK: 3 },
        reasoning: { effort: "xhigh", mode: "enabled", budgetTokens: 2048, visible: true },
        userId: "user_1_account_2_session_3f",
        promptCacheKey: "3f",
        serviceTier: "default",
        stream: true,
      }),
    );
  });

  const b64 = { type: "base64", media_type: "image/png", data: "AA\nAA" };
  const blockCases: readonly (readonly [string, JsonObject, Block])[] = [
    [
      "text",
      { type: "text", text: "a", cache_control: { type: "ephemeral" } },
      { kind: "text", text: "a", cache: { ttl: "short" } },
    ],
    [
      "image bytes",
      { type: "image", source: b64 },
      { kind: "image", source: { kind: "base64", mediaType: "image/png", data: "AAAA" } },
    ],
    [
      "image URL",
      { type: "image", source: { type: "url", url: "https://a" } },
      { kind: "image", source: { kind: "url", url: "https://a" } },
    ],
    [
      "image file",
      { type: "image", source: { type: "file", file_id: "f" } },
      { kind: "image", source: { kind: "file", from: "anthropic-messages", id: "f" } },
    ],
    [
      "text document",
      { type: "document", title: "t", source: { type: "text", media_type: "text/plain", data: "raw" } },
      { kind: "document", title: "t", source: { kind: "text", mediaType: "text/plain", text: "raw" } },
    ],
    [
      "document of blocks",
      {
        type: "document",
        source: {
          type: "content",
          content: [
            { type: "text", text: "a" },
            { type: "text", text: "b" },
          ],
        },
      },
      { kind: "document", source: { kind: "text", mediaType: "text/plain", text: "a\nb" } },
    ],
    [
      "signed thinking",
      { type: "thinking", thinking: "t", signature: "S" },
      { kind: "thinking", text: "t", signature: { from: "anthropic-messages", data: "S" } },
    ],
    [
      "thinking of another vendor",
      { type: "thinking", thinking: "", signature: packOpaque({ from: "openai-chat", data: "X" }) },
      { kind: "thinking", text: "", signature: { from: "openai-chat", data: "X" } },
    ],
    ["unsigned thinking", { type: "thinking", thinking: "t", signature: "" }, { kind: "thinking", text: "t" }],
    [
      "redacted thinking",
      { type: "redacted_thinking", data: "R" },
      { kind: "redacted-thinking", data: { from: "anthropic-messages", data: "R" } },
    ],
    [
      "result without content",
      { type: "tool_result", tool_use_id: "a", is_error: true },
      { kind: "tool-result", callId: "a", blocks: [], isError: true },
    ],
    [
      "search result",
      { type: "search_result", source: "s", title: "t", content: [] },
      {
        kind: "opaque",
        from: "anthropic-messages",
        type: "search_result",
        json: { type: "search_result", source: "s", title: "t", content: [] },
      },
    ],
    [
      "server tool",
      { type: "server_tool_use", id: "s" },
      {
        kind: "opaque",
        from: "anthropic-messages",
        type: "server_tool_use",
        json: { type: "server_tool_use", id: "s" },
      },
    ],
  ];
  for (const [name, json, block] of blockCases) {
    test(`block: ${name}`, () => {
      expect(blocksOf(json)).toEqual([block]);
    });
  }

  test("hosted tools keep their definition", () => {
    const bash = { type: "bash_20250124", name: "bash" };
    expect(decoded({ tools: [bash] }).tools).toEqual([
      { kind: "hosted", from: "anthropic-messages", type: "bash_20250124", name: "bash", json: bash },
    ]);
  });

  test("Claude Code's line about billing is left out: it is another with every request", () => {
    const line = { type: "text", text: "x-anthropic-billing-header: cc_version=2.1.329.f6c; cc_entrypoint=sdk-cli;" };
    expect(decoded({ system: [line, { type: "text", text: "A" }] }).system).toEqual([{ kind: "text", text: "A" }]);
  });
  test("Claude Code's user id names its session", () => {
    const userId = JSON.stringify({ device_id: "d", session_id: "s-1" });
    expect(decoded({ metadata: { user_id: userId } })).toMatchObject({ userId, promptCacheKey: "s-1" });
    expect(decoded({ metadata: { user_id: "u" } })).not.toHaveProperty("promptCacheKey");
  });

  for (const [thinking, visible] of [
    [{ type: "enabled", budget_tokens: 2048 }, true],
    [{ type: "enabled", budget_tokens: 2048, display: "omitted" }, undefined],
    [{ type: "adaptive" }, undefined],
    [{ type: "adaptive", display: "summarized" }, true],
  ] as const) {
    test(`thinking ${JSON.stringify(thinking)} is ${visible ? "shown" : "not asked for"}`, () => {
      expect(decoded({ thinking }).reasoning.visible).toBe(visible);
    });
  }

  const modes = ["disabled", "enabled", "adaptive", "between_tools", "auto"].map(
    (type) => decoded({ thinking: { type } }).reasoning.mode,
  );
  test("thinking modes", () => {
    expect(modes).toEqual(["disabled", "enabled", "adaptive", "between_tools", "adaptive"]);
  });
});

describe("what a translated request loses", () => {
  const cases: Readonly<Record<string, readonly [JsonObject, readonly string[]]>> = {
    "context management": [{ context_management: { edits: [] } }, ["dropped:context_management"]],
    "a new thread": [{ thread: { type: "create" } }, ["dropped:thread"]],
    "fast speed": [{ speed: "fast" }, ["dropped:speed"]],
    "standard speed": [{ speed: "standard" }, []],
    "an unknown field": [{ wobble: 1 }, ["unknown_field:wobble"]],
    "an unknown field with an inherited name": [{ constructor: 1 }, ["unknown_field:constructor"]],
    "null is not set": [{ wobble: null, container: null, thread: null, output_config: null }, []],
    "no MCP servers": [{ mcp_servers: [] }, []],
    "automatic caching and fallbacks cost nothing": [{ cache_control: { type: "ephemeral" }, fallbacks: [] }, []],
    "citations of documents": [
      {
        messages: [
          {
            role: "user",
            content: [{ type: "document", citations: { enabled: true }, source: { type: "url", url: "https://a" } }],
          },
        ],
      },
      ["dropped:messages[0].content[0].citations"],
    ],
    "a broken carrier": [
      { messages: [{ role: "user", content: [{ type: "redacted_thinking", data: "ar1.x" }] }] },
      ["reasoning_dropped:messages[0].content[0]"],
    ],
  };
  for (const [name, [more, losses]] of Object.entries(cases)) {
    test(name, () => {
      expect(lossesOf(more)).toEqual([...losses]);
    });
  }
});

describe("what cannot be translated is refused before any upstream call", () => {
  const content = (...blocks: readonly Json[]) => ({ messages: [{ role: "user", content: blocks }] });
  const cases: Readonly<Record<string, readonly [JsonObject, string, string]>> = {
    "a continued thread": [
      { thread: { type: "continue", previous_message_id: "m" } },
      "thread_unsupported_request",
      "thread",
    ],
    "a container": [{ container: "c" }, "container_unsupported", "container"],
    "MCP servers": [{ mcp_servers: [{}] }, "mcp_servers_unsupported", "mcp_servers"],
    compaction: [{ compaction: {} }, "compaction_unsupported", "compaction"],
    "an uploaded file": [
      content({ type: "container_upload", file_id: "f" }),
      "block_unsupported",
      "messages[0].content[0]",
    ],
    "an unknown block": [content("a"), "invalid_type", "messages[0].content[0]"],
    "a block in a result that only Anthropic knows": [
      content({ type: "tool_result", tool_use_id: "a", content: [{ type: "tool_reference", tool_name: "x" }] }),
      "block_unsupported",
      "messages[0].content[0].content[0]",
    ],
    "a toolset's call": [
      content({ type: "tool_use", id: "a", name: "b", toolset_name: "computer" }),
      "toolset_unsupported",
      "messages[0].content[0].toolset_name",
    ],
    "a document of images": [
      content({
        type: "document",
        source: { type: "content", content: [{ type: "image", source: { type: "url", url: "u" } }] },
      }),
      "block_unsupported",
      "messages[0].content[0].source.content",
    ],
    "settings in mid-conversation": [
      {
        messages: [
          { role: "user", content: "a" },
          { role: "system", content: "b", output_config: { effort: "low" } },
        ],
      },
      "turn_control_unsupported",
      "messages[1].output_config",
    ],
    "tools that change in mid-conversation": [
      {
        messages: [
          { role: "user", content: "a" },
          { role: "system", content: [{ type: "tool_addition" }] },
        ],
      },
      "block_unsupported",
      "messages[1].content[0]",
    ],
    "an image in the system prompt": [
      { system: [{ type: "image", source: { type: "url", url: "u" } }] },
      "invalid_value",
      "system[0]",
    ],
    "a number as model": [{ model: 4 }, "invalid_value", "model"],
    "no messages": [{ messages: [] }, "invalid_value", "messages"],
    "an unknown role": [{ messages: [{ role: "tool", content: "" }] }, "invalid_value", "messages[0].role"],
    "a source without data": [
      content({ type: "image", source: { type: "base64" } }),
      "invalid_value",
      "messages[0].content[0].source",
    ],
    "a tool without a name": [{ tools: [{}] }, "invalid_value", "tools[0].name"],
    "an unknown choice": [{ tool_choice: { type: "some" } }, "invalid_value", "tool_choice"],
    "text as max_tokens": [{ max_tokens: "9" }, "invalid_type", "max_tokens"],
    "a single stop sequence": [{ stop_sequences: "x" }, "invalid_type", "stop_sequences"],
    "an unknown effort": [{ output_config: { effort: "huge" } }, "invalid_value", "output_config.effort"],
    "a format without schema": [
      { output_config: { format: { type: "json_schema" } } },
      "invalid_value",
      "output_config.format",
    ],
    "an unknown kind of thinking": [{ thinking: { type: "deep" } }, "invalid_value", "thinking.type"],
  };
  for (const [name, [more, code, param]] of Object.entries(cases)) {
    test(name, () => {
      const body = { model: "m", max_tokens: 10, messages: [{ role: "user", content: "hi" }], ...more };
      expect(outcomeOf(body)).toMatchObject({ kind: "rejection", code, param });
    });
  }

  test("the message names the field the way Anthropic does, as Claude Code drops the field it reads there", () => {
    const messages = [
      { role: "user", content: "a" },
      { role: "system", content: "b", output_config: {} },
    ];
    expect(outcomeOf({ model: "m", messages })).toMatchObject({
      message: "messages.1.output_config: is not supported by the model's provider; remove it",
    });
  });

  test("the code of a continued thread reaches the client where its SDK looks", () => {
    const { body } = anthropicMessages.encodeError(
      { class: "invalid-request", status: 400, message: "m", code: "thread_unsupported_request", param: "thread" },
      "req_1",
    );
    expect(body).toMatchObject({ error: { details: { error_code: "thread_unsupported_request" } } });
  });
});

const blockTypes = [
  "text",
  "image",
  "document",
  "thinking",
  "redacted_thinking",
  "tool_use",
  "tool_result",
  "search_result",
];
const anyBlock = fc.record(
  {
    type: fc.constantFrom(...blockTypes),
    text: fc.string(),
    id: fc.string(),
    name: fc.string(),
    input: fc.jsonValue(),
    source: fc.jsonValue(),
    content: fc.jsonValue(),
    tool_use_id: fc.string(),
    citations: fc.jsonValue(),
    signature: fc.string(),
    cache_control: fc.jsonValue(),
  },
  { requiredKeys: ["type"] },
);
/** Bodies that are almost right: every member of the right name, most of the wrong type. */
const almost = fc.record(
  {
    model: fc.oneof(fc.string(), fc.jsonValue()),
    max_tokens: fc.jsonValue(),
    system: fc.oneof(fc.array(anyBlock), fc.jsonValue()),
    messages: fc.oneof(
      fc.array(
        fc.record({
          role: fc.constantFrom("user", "assistant", "system", "x"),
          content: fc.oneof(fc.string(), fc.array(anyBlock), fc.jsonValue()),
        }),
      ),
      fc.jsonValue(),
    ),
    tools: fc.oneof(
      fc.array(fc.record({ name: fc.string(), type: fc.jsonValue(), input_schema: fc.jsonValue() })),
      fc.jsonValue(),
    ),
    tool_choice: fc.jsonValue(),
    thinking: fc.jsonValue(),
    output_config: fc.jsonValue(),
    output_format: fc.jsonValue(),
    metadata: fc.jsonValue(),
    stop_sequences: fc.jsonValue(),
    thread: fc.jsonValue(),
  },
  { requiredKeys: [] },
);
const anyBody = fc.oneof(almost, fc.dictionary(fc.string(), fc.jsonValue()));

/** The generators make plain JSON, but their types say less. */
function asBody(value: unknown): JsonObject {
  return JSON.parse(JSON.stringify(value));
}

test("any JSON object is decoded or refused, and what is decoded can be sent to any model", () => {
  fc.assert(
    fc.property(anyBody, fc.constantFrom("claude-opus-5-5", "claude-3-7-sonnet", "kimi-k3"), (value, model) => {
      const outcome = outcomeOf(asBody(value));
      if (outcome.kind === "rejection") expect(outcome.message.length).toBeGreaterThan(0);
      else {
        const sent = anthropicMessages.encodeRequest(normalise(outcome.value).value, target(model));
        expect(["encoded", "rejection"]).toContain(sent.kind);
      }
    }),
    { numRuns: 500 },
  );
});

test("any JSON object has facts", () => {
  fc.assert(
    fc.property(anyBody, (value) => {
      const facts = anthropicMessages.facts(asBody(value));
      expect(typeof facts.hasImage).toBe("boolean");
      expect(facts.texts().every((entry) => typeof entry === "string")).toBe(true);
      expect(["undefined", "object"]).toContain(typeof facts.outputSchema()?.schema);
    }),
    { numRuns: 500 },
  );
});

test("a request that is decoded and encoded again for its own API is the same request", () => {
  const body: JsonObject = {
    model: "claude-opus-4-6",
    max_tokens: 1000,
    system: [{ type: "text", text: "S", cache_control: { type: "ephemeral" } }],
    messages: [
      {
        role: "user",
        content: [
          { type: "text", text: "look" },
          { type: "image", source: { type: "url", url: "https://a.b" } },
        ],
      },
      {
        role: "assistant",
        content: [
          { type: "thinking", thinking: "", signature: "Er" },
          { type: "redacted_thinking", data: "Rd" },
          { type: "text", text: "ok" },
          { type: "tool_use", id: "toolu_1", name: "w", input: { b: 1, a: [2] } },
        ],
      },
      { role: "user", content: [{ type: "tool_result", tool_use_id: "toolu_1", content: "42", is_error: true }] },
    ],
    tools: [{ name: "w", description: "d", input_schema: { type: "object", properties: {} } }],
    tool_choice: { type: "auto", disable_parallel_tool_use: true },
    thinking: { type: "adaptive" },
    output_config: { effort: "low" },
    stop_sequences: ["END"],
    metadata: { user_id: "u" },
    service_tier: "standard_only",
    stream: true,
  };
  const outcome = outcomeOf(body);
  if (outcome.kind === "rejection") throw new Error(outcome.message);
  const sent = anthropicMessages.encodeRequest(normalise(outcome.value).value, target("claude-opus-4-6"));
  expect(sent).toMatchObject({ kind: "encoded", losses: [] });
  expect(sent.kind === "encoded" ? sent.body : undefined).toEqual(body);
});

describe("R22 R23 R24 R25 facts of a Messages body", () => {
  const tool = { name: "w", description: "weather", input_schema: { type: "object" } };

  test("texts in the order a model reads them, without thinking", () => {
    const facts = anthropicMessages.facts({
      system: [{ type: "text", text: "S" }],
      messages: [
        { role: "user", content: "U" },
        {
          role: "assistant",
          content: [
            { type: "thinking", thinking: "secret", signature: "x" },
            { type: "text", text: "A" },
            { type: "tool_use", id: "1", name: "w", input: { q: "Q" } },
          ],
        },
        { role: "user", content: [{ type: "tool_result", tool_use_id: "1", content: [{ type: "text", text: "R" }] }] },
        { role: "user", content: [{ type: "document", title: "T", source: { type: "text", data: "D" } }] },
        {
          role: "user",
          content: [{ type: "search_result", title: "ST", source: "SS", content: [{ type: "text", text: "SC" }] }],
        },
      ],
      tools: [tool],
    });
    expect(facts.texts()).toEqual([
      "S",
      "U",
      "A",
      "w",
      '{"q":"Q"}',
      "R",
      "T",
      "D",
      "ST",
      "SS",
      "SC",
      "w",
      "weather",
      '{"type":"object"}',
    ]);
  });

  const image = { type: "image", source: { type: "url", url: "https://a" } };
  const imageCases: readonly (readonly [string, Json, boolean])[] = [
    ["in a message", [image], true],
    ["inside a tool result", [{ type: "tool_result", tool_use_id: "1", content: [image] }], true],
    ["inside a document", [{ type: "document", source: { type: "content", content: [image] } }], true],
    ["nowhere", [{ type: "text", text: "image" }], false],
    ["in a string", "image", false],
  ];
  for (const [where, content, hasImage] of imageCases) {
    test(`R24 image ${where}`, () => {
      expect(anthropicMessages.facts({ messages: [{ role: "user", content }] }).hasImage).toBe(hasImage);
    });
  }

  test("R23 R25 stream, tools, limit and format", () => {
    const schema = { type: "object" };
    const format = { type: "json_schema", schema };
    expect(
      anthropicMessages.facts({ stream: true, tools: [tool], max_tokens: 9, output_config: { format } }),
    ).toMatchObject({
      stream: true,
      hasTools: true,
      maxTokens: 9,
      responseFormat: "json_schema",
    });
    expect(anthropicMessages.facts({ tools: [] })).toMatchObject({
      stream: false,
      hasTools: false,
      responseFormat: undefined,
    });
  });

  const schema = { type: "object", properties: { a: {} } };
  const other = { name: "x", input_schema: { type: "object" } };
  const forced = { name: "w", input_schema: schema };
  const schemaCases: readonly (readonly [string, JsonObject, unknown])[] = [
    ["output_config.format", { output_config: { format: { type: "json_schema", schema } } }, { schema, of: "text" }],
    ["output_format", { output_format: { type: "json_schema", schema } }, { schema, of: "text" }],
    [
      "the named tool",
      { tools: [other, forced], tool_choice: { type: "tool", name: "w" } },
      { schema, of: "tool-input" },
    ],
    ["the only tool, any", { tools: [forced], tool_choice: { type: "any" } }, { schema, of: "tool-input" }],
    ["one of several tools", { tools: [forced, other], tool_choice: { type: "any" } }, undefined],
    ["a tool by choice", { tools: [forced], tool_choice: { type: "auto" } }, undefined],
    ["none", {}, undefined],
  ];
  for (const [name, body, wanted] of schemaCases) {
    test(`R29 schema of the answer: ${name}`, () => {
      expect(JSON.stringify(anthropicMessages.facts(body).outputSchema())).toBe(JSON.stringify(wanted));
    });
  }
});

test("text of a request is text again", () => {
  expect(blocksOf({ type: "text", text: "" })).toEqual([text("")]);
});
