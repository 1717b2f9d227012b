import { expect } from "bun:test";
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
    expect(called.toolCalls).toEqual([
      { id: "call_weather_1", name: "get_weather", input: { city: "Paris" } },
      { id: "call_time_2", name: "get_time", input: { city: "Paris", seconds: false } },
    ]);
    const results = called.toolCalls.map(({ id, name }) => ({ callId: id, text: `${name} is fine` }));
    const done = await answer({
      ...ask,
      turns: [...ask.turns, { role: "assistant", answer: called }, { role: "tools", results }],
    });
    expect(done.text).toBe('The tools answered: "get_weather is fine", "get_time is fine"');

    const [first, second] = stage.received();
    expect(first?.json).toMatchObject({
      tools:
        stage.upstream === "openai-chat"
          ? [
              { type: "function", function: { name: "get_weather", parameters: weather.parameters } },
              { type: "function", function: { name: "get_time", parameters: clock.parameters } },
            ]
          : [
              { name: "get_weather", input_schema: weather.parameters },
              { name: "get_time", input_schema: clock.parameters },
            ],
    });
    expect(second?.json).toMatchObject({ messages: repliesOf[stage.upstream] });
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
        expect(stage.received().map(({ json }) => (json as { stream?: boolean }).stream ?? false)).toContain(stream);
      },
    }),
  ),

  ...choices(),
];

/** The assistant turn and the results, as each vendor wants them. */
const repliesOf = {
  "openai-chat": [
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
  "anthropic-messages": [
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
} as const;

/** Who may be called: what the client asks for and what each vendor is sent. */
function choices(): readonly Scenario[] {
  const rows = [
    {
      ask: { toolChoice: "required" },
      openai: { tool_choice: "required" },
      anthropic: { tool_choice: { type: "any" } },
      calls: ["get_weather"],
    },
    {
      ask: { toolChoice: "none" },
      openai: { tool_choice: "none" },
      anthropic: { tool_choice: { type: "none" } },
      calls: [],
    },
    {
      ask: { toolChoice: { name: "get_time" } },
      openai: { tool_choice: { type: "function", function: { name: "get_time" } } },
      anthropic: { tool_choice: { type: "tool", name: "get_time" } },
      calls: ["get_time"],
    },
    {
      ask: { toolChoice: "required", parallelToolCalls: false },
      openai: { tool_choice: "required", parallel_tool_calls: false },
      anthropic: { tool_choice: { type: "any", disable_parallel_tool_use: true } },
      calls: ["get_weather"],
    },
  ] as const;
  return rows.map(({ ask, openai, anthropic, calls }) => ({
    title: `R19 ${JSON.stringify(ask)}`,
    run: async (stage) => {
      const turns = [{ role: "user", text: "Go ahead." }] as const;
      const got = await stage.sdk.create({ model: stage.model, turns, tools: [weather, clock], ...ask });
      expect(got.toolCalls.map(({ name }) => name)).toEqual([...calls]);
      expect(onlyRequest(stage).json).toMatchObject(stage.upstream === "openai-chat" ? openai : anthropic);
    },
  }));
}
