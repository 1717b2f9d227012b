import { expect } from "bun:test";
import type { RecordedRequest } from "../../../cli/sim/request-log.ts";
import type { WireFormat } from "../../../runtime/contract.ts";
import { inEveryWay, onlyRequest, type Scenario } from "../scenario.ts";
import type { Ask, Tool } from "../sdk.ts";

const weather: Tool = {
  name: "get_weather",
  description: "The weather of a city",
  parameters: {
    type: "object",
    properties: { city: { type: "string" } },
    required: ["city"],
    additionalProperties: false,
  },
};
const clock: Tool = {
  name: "get_time",
  description: "The time in a city",
  parameters: {
    type: "object",
    properties: { city: { type: "string" }, seconds: { type: "boolean" } },
    required: ["city", "seconds"],
    additionalProperties: false,
  },
};

const both: Omit<Ask, "model"> = {
  turns: [{ role: "user", text: "Use get_weather and get_time for Paris." }],
  tools: [weather, clock],
};

const twoCalls = [
  { id: "call_weather_1", name: "get_weather", arguments: '{"city":"Paris"}' },
  { id: "call_time_2", name: "get_time", arguments: '{"city":"Paris","seconds":false}' },
];

export const tools: readonly Scenario[] = [
  ...inEveryWay("R19 R20 R23 parallel tool calls and their results", async (stage, answer) => {
    stage.script({ text: "Let me look.", toolCalls: twoCalls });
    const ask = { ...both, model: stage.model };
    const called = await answer(ask);
    expect(called).toMatchObject({ stop: "tools", text: "Let me look." });
    // Gemini gives no ids before its third generation.
    const id = (given: string) => (stage.upstream === "gemini" ? expect.any(String) : given);
    expect(called.toolCalls).toEqual([
      { id: id("call_weather_1"), name: "get_weather", input: { city: "Paris" } },
      { id: id("call_time_2"), name: "get_time", input: { city: "Paris", seconds: false } },
    ]);
    const results = called.toolCalls.map(({ id, name }) => ({ callId: id, text: `${name} is fine` }));
    const done = await answer({
      ...ask,
      turns: [...ask.turns, { role: "assistant", answer: called }, { role: "tools", results }],
    });
    expect(done.text).toBe('The tools answered: "get_weather is fine", "get_time is fine"');

    const [first, second] = stage.received();
    expect(first?.json).toMatchObject({ tools: declared[stage.upstream] });
    expect(second?.json).toMatchObject(repliesOf[stage.upstream]);
  }),

  ...inEveryWay("R20 a tool call without arguments", async (stage, answer) => {
    const ping: Tool = {
      name: "ping",
      description: "Pings",
      parameters: { type: "object", properties: {}, required: [], additionalProperties: false },
    };
    stage.script({ toolCalls: [{ name: "ping", arguments: "{}" }] });
    const got = await answer({ model: stage.model, turns: [{ role: "user", text: "ping" }], tools: [ping] });
    expect(got).toMatchObject({ stop: "tools", text: "" });
    expect(got.toolCalls).toMatchObject([{ name: "ping", input: {} }]);
  }),

  ...[false, true].map(
    (stream): Scenario => ({
      title: `R8 R19 R20 the SDK's own tool loop runs to its end (stream: ${stream})`,
      run: async (stage) => {
        const ran: string[] = [];
        const run = (name: string) => {
          ran.push(name);
          return `${name} done`;
        };
        const answer = await stage.sdk.runTools({ ...both, model: stage.model }, run, stream);
        expect(ran.toSorted()).toEqual(["get_time", "get_weather"]);
        expect(answer.text).toBe('The tools answered: "get_weather done", "get_time done"');
        expect(stage.received().map(isStreamed)).toContain(stream);
      },
    }),
  ),

  ...choices(),
];

function isStreamed({ path, json }: RecordedRequest): boolean {
  return path.includes("streamGenerateContent") || (json as { stream?: boolean }).stream === true;
}

const declared = {
  "openai-chat": [weather, clock].map(({ name, parameters }) => ({ type: "function", function: { name, parameters } })),
  "openai-responses": [weather, clock].map(({ name, parameters }) => ({ type: "function", name, parameters })),
  "anthropic-messages": [weather, clock].map(({ name, parameters }) => ({ name, input_schema: parameters })),
  gemini: [
    {
      functionDeclarations: [weather, clock].map(({ name, parameters }) => ({
        name,
        parametersJsonSchema: parameters,
      })),
    },
  ],
} as const satisfies Record<WireFormat, unknown>;

/** The assistant turn and the results, as each vendor wants them. */
const repliesOf = {
  "openai-chat": {
    messages: [
      { role: "user" },
      {
        role: "assistant",
        content: "Let me look.",
        tool_calls: [
          { id: "call_weather_1", type: "function", function: { name: "get_weather" } },
          { id: "call_time_2", type: "function", function: { name: "get_time" } },
        ],
      },
      { role: "tool", tool_call_id: "call_weather_1", content: "get_weather is fine" },
      { role: "tool", tool_call_id: "call_time_2", content: "get_time is fine" },
    ],
  },
  "openai-responses": {
    input: [
      { role: "user" },
      { role: "assistant", content: [{ type: "output_text", text: "Let me look." }] },
      { type: "function_call", call_id: "call_weather_1", name: "get_weather" },
      { type: "function_call", call_id: "call_time_2", name: "get_time" },
      { type: "function_call_output", call_id: "call_weather_1", output: "get_weather is fine" },
      { type: "function_call_output", call_id: "call_time_2", output: "get_time is fine" },
    ],
  },
  gemini: {
    contents: [
      { role: "user" },
      {
        role: "model",
        parts: [
          { text: "Let me look." },
          { functionCall: { name: "get_weather", args: { city: "Paris" } } },
          { functionCall: { name: "get_time", args: { city: "Paris", seconds: false } } },
        ],
      },
      {
        role: "user",
        parts: [
          { functionResponse: { name: "get_weather", response: { output: "get_weather is fine" } } },
          { functionResponse: { name: "get_time", response: { output: "get_time is fine" } } },
        ],
      },
    ],
  },
  "anthropic-messages": {
    messages: [
      { role: "user" },
      {
        role: "assistant",
        content: [
          { type: "text", text: "Let me look." },
          { type: "tool_use", id: "call_weather_1", name: "get_weather", input: { city: "Paris" } },
          { type: "tool_use", id: "call_time_2", name: "get_time", input: { city: "Paris", seconds: false } },
        ],
      },
      {
        role: "user",
        content: [
          { type: "tool_result", tool_use_id: "call_weather_1" },
          { type: "tool_result", tool_use_id: "call_time_2" },
        ],
      },
    ],
  },
} as const satisfies Record<WireFormat, object>;

/** Who may be called: what the client asks for and what each vendor is sent. */
function choices(): readonly Scenario[] {
  const rows = [
    {
      ask: { toolChoice: "required" },
      sent: {
        "openai-chat": { tool_choice: "required" },
        "openai-responses": { tool_choice: "required" },
        "anthropic-messages": { tool_choice: { type: "any" } },
        gemini: { toolConfig: { functionCallingConfig: { mode: "ANY" } } },
      },
      calls: ["get_weather"],
    },
    {
      ask: { toolChoice: "none" },
      sent: {
        "openai-chat": { tool_choice: "none" },
        "openai-responses": { tool_choice: "none" },
        "anthropic-messages": { tool_choice: { type: "none" } },
        gemini: { toolConfig: { functionCallingConfig: { mode: "NONE" } } },
      },
      calls: [],
    },
    {
      ask: { toolChoice: { name: "get_time" } },
      sent: {
        "openai-chat": { tool_choice: { type: "function", function: { name: "get_time" } } },
        "openai-responses": { tool_choice: { type: "function", name: "get_time" } },
        "anthropic-messages": { tool_choice: { type: "tool", name: "get_time" } },
        gemini: { toolConfig: { functionCallingConfig: { mode: "ANY", allowedFunctionNames: ["get_time"] } } },
      },
      calls: ["get_time"],
    },
    {
      ask: { toolChoice: "required", parallelToolCalls: false },
      sent: {
        "openai-chat": { tool_choice: "required", parallel_tool_calls: false },
        "openai-responses": { tool_choice: "required", parallel_tool_calls: false },
        "anthropic-messages": { tool_choice: { type: "any", disable_parallel_tool_use: true } },
        // Gemini has no switch for it.
        gemini: { toolConfig: { functionCallingConfig: { mode: "ANY" } } },
      },
      calls: ["get_weather"],
    },
  ] as const;
  return rows.map(({ ask, sent, calls }) => ({
    title: `R19 ${JSON.stringify(ask)}`,
    appliesTo: (sdk) => !("parallelToolCalls" in ask && sdk.startsWith("google")),
    run: async (stage) => {
      const turns = [{ role: "user", text: "Go ahead." }] as const;
      const got = await stage.sdk.create({ model: stage.model, turns, tools: [weather, clock], ...ask });
      expect(got.toolCalls.map(({ name }) => name)).toEqual([...calls]);
      expect(onlyRequest(stage).json).toMatchObject(sent[stage.upstream]);
    },
  }));
}
