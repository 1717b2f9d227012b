import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Json, JsonObject } from "../../runtime/wire/canonical.ts";
import { codecs } from "../../runtime/wire/formats.ts";
import { isObject } from "../../runtime/wire/json.ts";
import { mutated } from "../support/mutated.ts";
import { translate, vendor } from "../support/translation.ts";

/** Requests in the shapes that clients send, with our own words: Codex 0.169, the SDKs of OpenAI and Vercel, opencode, LangChain. */
const part = (text: string) => [{ type: "input_text", text }];
const item = (role: string, text: string, id: string) => ({ type: "message", id, role, content: part(text) });
const city = {
  $schema: "http://json-schema.org/draft-07/schema#",
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
  additionalProperties: false,
};
const weather = { type: "function", name: "get_weather", description: "w", parameters: city };

const codexRequest = {
  stream: true,
  tool_choice: "auto",
  parallel_tool_calls: true,
  reasoning: { effort: "medium" },
  store: false,
  include: ["reasoning.encrypted_content"],
  prompt_cache_key: "0198",
  text: { verbosity: "low" },
  client_metadata: { session_id: "s" },
};
const codexOpening = [
  item("developer", "You write code.", "msg_1"),
  { type: "message", id: "msg_2", role: "developer", content: [...part("Skills."), ...part("Permissions.")] },
  item("user", "<environment_context/>", "msg_3"),
  item("user", "add a file", "msg_4"),
];
const codexTools = [
  { ...weather, name: "exec_command", strict: false },
  { type: "custom", name: "apply_patch", format: { type: "grammar", syntax: "lark", definition: "start: LINE" } },
  { type: "tool_search", execution: "client" },
  { type: "web_search", external_web_access: false, search_content_types: ["text", "image"] },
];
const codexPatch = [
  {
    type: "custom_tool_call",
    id: "ctc_1",
    status: "completed",
    call_id: "call_1",
    name: "apply_patch",
    input: "*** Begin\n+é\n",
  },
  { type: "custom_tool_call_output", id: "ctco_1", call_id: "call_1", output: "done" },
];
const metadata = { internal_chat_message_metadata_passthrough: { turn_id: "t", create_time: 1.5 } };
const codexLite = [
  {
    type: "additional_tools",
    id: "at_1",
    role: "developer",
    tools: [
      { type: "namespace", name: "functions", description: "F", tools: [{ type: "custom", name: "exec" }] },
      { type: "namespace", name: "team", tools: [{ type: "function", name: "list_agents" }] },
    ],
  },
  { ...item("developer", "You write code.", "msg_1"), ...metadata },
  { ...item("user", "who is there?", "msg_2"), ...metadata },
  { type: "configuration_update", reasoning: { effort: "low" } },
  {
    type: "function_call",
    id: "fc_1",
    status: "completed",
    call_id: "call_1",
    name: "list_agents",
    namespace: "team",
    arguments: "{}",
  },
  { type: "function_call_output", id: "fco_1", call_id: "call_1", output: "nobody" },
  {
    type: "custom_tool_call",
    id: "ctc_1",
    status: "completed",
    call_id: "call_2",
    name: "exec",
    namespace: "functions",
    input: "ls",
  },
  {
    type: "custom_tool_call_output",
    id: "ctco_1",
    call_id: "call_2",
    output: [...part("a"), ...part("b")],
    ...metadata,
  },
];

type Client = Readonly<{ name: string; body: JsonObject; losses?: readonly string[] }>;

/** `losses`: what no other vendor has, whichever is asked. */
const clients: readonly Client[] = [
  {
    name: "Codex with a patch",
    body: { ...codexRequest, model: "m", input: [...codexOpening, ...codexPatch], tools: codexTools },
    losses: ["dropped:tools[2]", "dropped:tools[3]"],
  },
  {
    name: "Codex with tools in its input",
    body: { ...codexRequest, model: "m", input: codexLite, reasoning: { effort: "medium", context: "all_turns" } },
    losses: ["configuration_moved:input[3]", "dropped:input[0].tools[0].description"],
  },
  { name: "OpenAI's SDK", body: { model: "m", input: "hi", tools: [{ ...weather, strict: true }], stream: true } },
  {
    name: "OpenAI's SDK, parsing",
    body: { model: "m", input: "hi", text: { format: { type: "json_schema", name: "w", strict: true, schema: city } } },
  },
  {
    name: "Vercel's SDK, second step",
    body: {
      model: "m",
      input: [
        { role: "developer", content: "sys" },
        {
          role: "user",
          content: [...part("hi"), { type: "input_image", image_url: "data:image/png;base64,iVBORw0KGgo=" }],
        },
        { type: "function_call", call_id: "call_1", name: "get_weather", arguments: '{"city":"Bern"}' },
        { type: "function_call_output", call_id: "call_1", output: "sunny" },
      ],
      tools: [{ ...weather, strict: false }],
      tool_choice: "auto",
    },
  },
  {
    name: "opencode",
    body: {
      model: "m",
      input: [
        { role: "developer", content: "sys" },
        { role: "user", content: part("hi") },
      ],
      max_output_tokens: 32_000,
      store: false,
      include: ["reasoning.encrypted_content"],
      prompt_cache_key: "ses_1",
      reasoning: { effort: "medium", summary: "auto" },
      tools: [{ ...weather, strict: false }],
      tool_choice: "auto",
      stream: true,
    },
  },
  {
    name: "LangChain",
    body: {
      model: "m",
      stream: false,
      text: {},
      input: [
        { type: "message", role: "developer", content: "sys" },
        { type: "message", role: "user", content: "hi" },
      ],
      tools: [{ ...weather, strict: null }],
    },
  },
];

/** Beside those of the client, what a vendor's models do not take. */
const upstreams = [
  { to: "openai-responses", model: "gpt-5.4", own: {} },
  { to: "openai-chat", model: "gpt-5.4", own: {} },
  {
    to: "anthropic-messages",
    model: "claude-opus-5-5",
    own: {
      "Codex with a patch": ["grammar_not_enforced:tools", "dropped:verbosity"],
      "Codex with tools in its input": ["dropped:verbosity"],
    },
  },
  {
    to: "gemini",
    model: "gemini-3.5-pro",
    own: {
      "Codex with a patch": ["grammar_not_enforced:tools", "dropped:verbosity"],
      "Codex with tools in its input": ["dropped:verbosity"],
    },
  },
] as const;

for (const { to, model, own } of upstreams) {
  describe(`R134 clients of the Responses API reach ${to}`, () => {
    for (const { name, body, losses = [] } of clients) {
      test(name, () => {
        const sent = translate("openai-responses", to, model, body, vendor);
        if (sent.kind === "rejection") throw new Error(`${sent.code} ${sent.message}`);
        const more: readonly string[] = Object.entries(own).find(([client]) => client === name)?.[1] ?? [];
        expect(sent.losses.toSorted()).toEqual([...losses, ...more].toSorted());
      });
    }
  });
}

test("Codex's custom tools and namespaces keep their kind and names where the API has them", () => {
  const sent = translate("openai-responses", "openai-responses", "gpt-5.4", clients[1]?.body ?? {}, vendor);
  if (sent.kind === "rejection") throw new Error(sent.message);
  expect<unknown>(sent.body).toMatchObject({
    instructions: "You write code.",
    input: [
      { role: "user" },
      { type: "function_call", name: "team__list_agents", call_id: "call_1" },
      { type: "function_call_output", call_id: "call_1", output: "nobody" },
      { type: "custom_tool_call", name: "functions__exec", call_id: "call_2", input: "ls" },
      { type: "custom_tool_call_output", call_id: "call_2", output: "a\nb" },
    ],
    tools: [
      { type: "custom", name: "functions__exec" },
      { type: "function", name: "team__list_agents" },
    ],
    reasoning: { effort: "low" },
  });
});

test("whatever is replaced in them, they become requests or rejections with a reason", () => {
  const upstreamOf = (to: (typeof upstreams)[number], body: JsonObject) =>
    translate("openai-responses", to.to, to.model, body, vendor);
  const bodies: fc.Arbitrary<Json> = fc.oneof(...clients.map(({ body }) => mutated(body)));
  fc.assert(
    fc.property(bodies.filter(isObject), (body) => {
      const { texts, hasImage } = codecs["openai-responses"].facts(body);
      expect([typeof hasImage, texts().every((each) => typeof each === "string")]).toEqual(["boolean", true]);
      for (const upstream of upstreams) {
        const sent = upstreamOf(upstream, body);
        if (sent.kind === "rejection") expect(sent.message).not.toBe("");
        else expect(JSON.stringify(upstreamOf(upstream, body))).toBe(JSON.stringify(sent));
      }
    }),
    { numRuns: 1000 },
  );
});
