import { describe, expect, test } from "bun:test";
import type { Json, JsonObject, Request } from "../../runtime/wire/canonical.ts";
import { packOpaque } from "../../runtime/wire/carrier.ts";
import { normalise } from "../../runtime/wire/normalise.ts";
import { decodeRequest } from "../../runtime/wire/openai-responses/decode-request.ts";
import { assistant, call, result, system, text, user } from "../support/canonical.ts";

const ask = { role: "user", content: "q" };
const body = (input: Json, more: JsonObject = {}): JsonObject => ({ model: "m", input, ...more });

function decoded(json: JsonObject): Readonly<{ value: Request; losses: readonly string[] }> {
  const outcome = decodeRequest(json);
  if (outcome.kind === "rejection") throw new Error(`${outcome.code} ${outcome.param} ${outcome.message}`);
  return { value: outcome.value, losses: outcome.losses.map(({ code, field }) => `${code}:${field}`) };
}

/** Absent and undefined members are the same thing. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

type Row = Readonly<{ title: string; body: JsonObject; request: Partial<Request>; losses?: readonly string[] }>;

function checkAll(rows: readonly Row[]): void {
  for (const row of rows) {
    test(row.title, () => {
      const { value, losses } = decoded(row.body);
      const members = Object.entries(value).filter(([member]) => Object.hasOwn(row.request, member));
      expect(plain(Object.fromEntries(members))).toEqual(plain(row.request));
      expect(losses).toEqual([...(row.losses ?? [])]);
    });
  }
}

type Rejected = Readonly<{ title: string; body: JsonObject; code: string; param: string }>;

function checkRejected(rows: readonly Rejected[]): void {
  for (const { title, body: json, code, param } of rows) {
    test(title, () => {
      const outcome = decodeRequest(json);
      expect(outcome).toMatchObject({ kind: "rejection", code, param });
      if (outcome.kind === "rejection") expect(outcome.message.length).toBeGreaterThan(20);
    });
  }
}

const functionCall = (call_id: string, name = "lookup", args = "{}") => ({
  type: "function_call",
  call_id,
  name,
  arguments: args,
});
const output = (call_id: string, value: Json) => ({ type: "function_call_output", call_id, output: value });

describe("messages", () => {
  checkAll([
    {
      title: "a string is what the user says",
      body: body("hi"),
      request: { model: "m", system: [], turns: [user("hi")], stream: false },
    },
    {
      title: "messages need no type, and their content is a string or parts",
      body: body([
        { role: "user", content: "a" },
        { type: "message", role: "user", content: [{ type: "input_text", text: "b" }] },
        { role: "assistant", content: [{ type: "output_text", text: "c", annotations: [{ type: "url_citation" }] }] },
        { role: "assistant", content: [{ type: "refusal", refusal: "no" }], phase: "final_answer", id: "msg_1" },
      ]),
      request: { turns: [user("a"), user("b"), assistant("c", { kind: "refusal", text: "no" })] },
    },
    {
      title: "instructions and leading instructions of items are the system's, each a block",
      body: body(
        [
          { role: "developer", content: "one" },
          {
            type: "message",
            role: "system",
            content: [
              { type: "input_text", text: "two" },
              { type: "input_text", text: "three" },
            ],
          },
          ask,
        ],
        { instructions: "zero" },
      ),
      request: { system: [text("zero"), text("one"), text("two"), text("three")], turns: [user("q")] },
    },
    {
      title: "later instructions keep their place",
      body: body([ask, { role: "developer", content: "now" }, { role: "user", content: "r" }]),
      request: { system: [], turns: [user("q"), system("now"), user("r")] },
    },
    {
      title: "instructions alone are enough",
      body: { model: "m", instructions: "say hi" },
      request: { system: [text("say hi")], turns: [] },
    },
  ]);
});

describe("media", () => {
  const png = "iVBORw0KGgoAAAANSUhEUg==";
  const parts = (...content: readonly JsonObject[]) => body([{ role: "user", content }]);
  checkAll([
    {
      title: "pictures by URL, as data and by id",
      body: parts(
        { type: "input_image", image_url: "https://a.example/x.png", detail: "low" },
        { type: "input_image", image_url: `data:image/png;base64,${png}`, detail: "auto" },
        { type: "input_image", file_id: "file-1" },
        { type: "input_image", image_url: png },
      ),
      request: {
        turns: [
          user(
            { kind: "image", source: { kind: "url", url: "https://a.example/x.png" }, detail: "low" },
            { kind: "image", source: { kind: "base64", mediaType: "image/png", data: png }, detail: "auto" },
            { kind: "image", source: { kind: "file", from: "openai-responses", id: "file-1" } },
            { kind: "image", source: { kind: "base64", mediaType: "image/png", data: png } },
          ),
        ],
      },
    },
    {
      title: "files as data, by URL and by id; plain text is read",
      body: parts(
        { type: "input_file", filename: "a.pdf", file_data: "data:application/pdf;base64,JVBERi0=" },
        { type: "input_file", filename: "b.pdf", file_data: "JVBERi0=" },
        { type: "input_file", file_url: "https://a.example/c.pdf" },
        { type: "input_file", file_id: "file-2" },
        { type: "input_file", filename: "d.txt", file_data: "data:text/plain;base64,aMOp" },
      ),
      request: {
        turns: [
          user(
            {
              kind: "document",
              source: { kind: "base64", mediaType: "application/pdf", data: "JVBERi0=" },
              title: "a.pdf",
            },
            {
              kind: "document",
              source: { kind: "base64", mediaType: "application/pdf", data: "JVBERi0=" },
              title: "b.pdf",
            },
            { kind: "document", source: { kind: "url", url: "https://a.example/c.pdf" } },
            { kind: "document", source: { kind: "file", from: "openai-responses", id: "file-2" } },
            { kind: "document", source: { kind: "text", mediaType: "text/plain", text: "hé" }, title: "d.txt" },
          ),
        ],
      },
    },
    {
      title: "breakpoints of the prompt cache, short and long",
      body: parts(
        { type: "input_text", text: "a", prompt_cache_breakpoint: { mode: "explicit" } },
        { type: "input_text", text: "b", prompt_cache_breakpoint: { mode: "explicit", ttl: "12h" } },
      ),
      request: {
        turns: [
          user(
            { kind: "text", text: "a", cache: { ttl: "short" } },
            { kind: "text", text: "b", cache: { ttl: "long" } },
          ),
        ],
      },
    },
  ]);
});

describe("calls and their outputs", () => {
  checkAll([
    {
      title: "R10 calls that follow each other, and the text before them, are one answer",
      body: body([
        ask,
        { role: "assistant", content: "Let me look" },
        functionCall("a"),
        functionCall("b"),
        output("a", "1"),
        output("b", "2"),
      ]),
      request: {
        turns: [user("q"), assistant("Let me look", call("a"), call("b")), user(result("a", "1"), result("b", "2"))],
      },
    },
    {
      title: "arguments stay the text they came as; an object becomes text, nothing stays empty",
      body: body([
        ask,
        functionCall("a", "lookup", '{ "b":1, "a":2 }'),
        { ...functionCall("b"), arguments: { a: 1 } },
        { type: "function_call", call_id: "c", name: "lookup" },
      ]),
      request: { turns: [user("q"), assistant(call("a", '{ "b":1, "a":2 }'), call("b", '{"a":1}'), call("c", ""))] },
    },
    {
      title: "an output of parts keeps its pictures, and text that looks like JSON is text",
      body: body([
        ask,
        functionCall("a"),
        functionCall("b"),
        output("a", [
          { type: "input_text", text: "shot" },
          { type: "input_image", image_url: "https://a.example/x.png" },
        ]),
        output("b", '{"ok":true}'),
      ]),
      request: {
        turns: [
          user("q"),
          assistant(call("a"), call("b")),
          user(
            {
              ...result("a", ""),
              blocks: [text("shot"), { kind: "image", source: { kind: "url", url: "https://a.example/x.png" } }],
            },
            result("b", '{"ok":true}'),
          ),
        ],
      },
    },
    {
      title: "custom tools call and are answered in text of any kind",
      body: body([
        ask,
        { type: "custom_tool_call", id: "ctc_1", call_id: "a", name: "patch", input: "*** any\n" },
        { type: "custom_tool_call_output", id: "ctco_1", call_id: "a", output: [{ type: "input_text", text: "done" }] },
      ]),
      request: {
        turns: [
          user("q"),
          assistant(call("a", "*** any\n", { name: "patch", tool: "custom" })),
          user(result("a", "done")),
        ],
      },
    },
    {
      title: "calls in a namespace are known by their qualified names",
      body: body([
        ask,
        { ...functionCall("a", "list"), namespace: "team" },
        { type: "function_call_output", name: "list", namespace: "team", call_id: null, output: "x" },
      ]),
      request: { turns: [user("q"), assistant(call("a", "{}", { name: "team__list" })), user(result("a", "x"))] },
    },
    {
      title: "outputs without an id answer the oldest open call of their tool",
      body: body([
        ask,
        functionCall("a", "x"),
        functionCall("b", "y"),
        functionCall("c", "y"),
        { type: "function_call_output", name: "y", output: "1" },
        { type: "function_call_output", name: "y", output: "2" },
      ]),
      request: {
        turns: [
          user("q"),
          assistant(call("a", "{}", { name: "x" }), call("b", "{}", { name: "y" }), call("c", "{}", { name: "y" })),
          user(result("b", "1"), result("c", "2")),
        ],
      },
    },
    {
      title: "a call without a call id is known by its item's",
      body: body([ask, { type: "function_call", id: "fc_1", name: "lookup", arguments: "{}" }, output("fc_1", "x")]),
      request: { turns: [user("q"), assistant(call("fc_1")), user(result("fc_1", "x"))] },
    },
    {
      title: "outputs of a local shell name the item of the call",
      body: body([
        ask,
        {
          type: "local_shell_call",
          id: "lsh_1",
          call_id: "a",
          action: { type: "exec", command: ["ls"], env: {} },
          status: "completed",
        },
        {
          type: "local_shell_call",
          id: "lsh_2",
          call_id: "b",
          action: { type: "exec", command: ["id"], env: {} },
          status: "completed",
        },
        { type: "local_shell_call_output", id: "lsh_2", output: "root" },
        { type: "local_shell_call_output", id: "lsh_1", output: "a.txt" },
      ]),
      request: {
        turns: [
          user("q"),
          assistant(
            call("a", '{"type":"exec","command":["ls"],"env":{}}', { name: "local_shell" }),
            call("b", '{"type":"exec","command":["id"],"env":{}}', { name: "local_shell" }),
          ),
          user(result("b", "root"), result("a", "a.txt")),
        ],
      },
    },
    {
      title: "shells and patches are functions with the same fields; a patch can fail",
      body: body([
        ask,
        { type: "shell_call", call_id: "a", action: { commands: ["ls"] } },
        {
          type: "apply_patch_call",
          call_id: "b",
          status: "completed",
          operation: { type: "delete_file", path: "a.txt" },
        },
        {
          type: "shell_call_output",
          call_id: "a",
          output: [{ stdout: "x", stderr: "", outcome: { type: "exit", exit_code: 0 } }],
        },
        { type: "apply_patch_call_output", call_id: "b", status: "failed", output: "no such file" },
      ]),
      request: {
        turns: [
          user("q"),
          assistant(
            call("a", '{"commands":["ls"]}', { name: "shell" }),
            call("b", '{"type":"delete_file","path":"a.txt"}', { name: "apply_patch" }),
          ),
          user(
            result("a", '[{"stdout":"x","stderr":"","outcome":{"type":"exit","exit_code":0}}]'),
            result("b", "no such file", { isError: true }),
          ),
        ],
      },
    },
    {
      title: "an output that answers nothing is told",
      body: body([ask, { type: "function_call_output", output: "x" }]),
      request: { turns: [user("q")] },
      losses: ["orphan_tool_result:input[1]"],
    },
  ]);

  test("R28 of two outputs of one call the last one counts", () => {
    const { value } = decoded(body([ask, functionCall("a"), output("a", "1"), output("a", "2")]));
    const normal = normalise(value);
    expect(normal.value.turns.at(-1)).toEqual(user(result("a", "2")));
    expect(normal.losses).toEqual([{ code: "duplicate_tool_result", field: "messages" }]);
  });
});

describe("reasoning", () => {
  const reasoning = (more: JsonObject) => ({ type: "reasoning", id: "rs_1", summary: [], ...more });
  const own = { from: "openai-responses", data: "gAAA" } as const;
  checkAll([
    {
      title: "the API's own stands before what it led to; parts of a summary are paragraphs",
      body: body([
        ask,
        reasoning({
          encrypted_content: "gAAA",
          summary: [
            { type: "summary_text", text: "a" },
            { type: "summary_text", text: "b" },
          ],
        }),
        functionCall("a"),
      ]),
      request: {
        turns: [user("q"), assistant({ kind: "thinking", text: "a\n\nb", signature: own }, call("a"))],
      },
    },
    {
      title: "R13 thinking of Anthropic's comes back out of its carrier with the text that was signed",
      body: body([
        ask,
        reasoning({ encrypted_content: packOpaque({ from: "anthropic-messages", data: "S" }, { text: "" }) }),
        functionCall("toolu_1"),
      ]),
      request: {
        turns: [
          user("q"),
          assistant(
            { kind: "thinking", text: "", signature: { from: "anthropic-messages", data: "S" } },
            call("toolu_1"),
          ),
        ],
      },
    },
    {
      title: "a signature of Gemini's directly before a call is the call's",
      body: body([ask, reasoning({ encrypted_content: packOpaque({ from: "gemini", data: "G" }) }), functionCall("a")]),
      request: { turns: [user("q"), assistant(call("a", "{}", { signature: { from: "gemini", data: "G" } }))] },
    },
    {
      title: "a summary without state is reasoning, never an answer",
      body: body([ask, reasoning({ summary: [{ type: "summary_text", text: "hm" }] })]),
      request: { turns: [user("q"), assistant({ kind: "thinking", text: "hm" })] },
    },
    {
      title: "a carrier that is broken is told",
      body: body([ask, reasoning({ encrypted_content: "ar1.gemini.%%" })]),
      request: { turns: [user("q")] },
      losses: ["reasoning_dropped:input[1]"],
    },
    {
      title: "K13 reasoning goes with the item that it led to",
      body: body([
        ask,
        { role: "assistant", content: "a" },
        reasoning({ encrypted_content: "gAAA" }),
        reasoning({ encrypted_content: "gAAB" }),
        { type: "file_search_call", id: "fs_1", status: "completed", queries: ["x"] },
        { role: "assistant", content: "b" },
      ]),
      request: { turns: [user("q"), assistant("a", "b")] },
      losses: ["dropped:input[4]", "reasoning_dropped:input[4]"],
    },
  ]);
});

describe("items of OpenAI's own tools", () => {
  checkAll([
    {
      title: "a search that is over keeps its query and sources; other steps of it are dropped",
      body: body([
        ask,
        {
          type: "web_search_call",
          id: "ws_1",
          status: "completed",
          action: { type: "search", query: "x", sources: [{ type: "url", url: "https://a.example/" }] },
        },
        {
          type: "web_search_call",
          id: "ws_2",
          status: "completed",
          action: { type: "open_page", url: "https://a.example/" },
        },
        { role: "assistant", content: "a" },
      ]),
      request: {
        turns: [
          user("q"),
          assistant(
            {
              kind: "web-search",
              id: "ws_1",
              query: "x",
              sources: [{ url: "https://a.example/", title: "https://a.example/" }],
              failed: false,
            },
            "a",
          ),
        ],
      },
      losses: ["dropped:input[2]"],
    },
    {
      title: "what is over is dropped",
      body: body([
        ask,
        ...["code_interpreter_call", "image_generation_call", "mcp_call", "mcp_list_tools", "tool_search_call"].map(
          (type) => ({ type, id: "x" }),
        ),
      ]),
      request: { turns: [user("q")] },
      losses: [1, 2, 3, 4, 5].map((index) => `dropped:input[${index}]`),
    },
    {
      title: "settings that change on the way hold for the whole answer",
      body: body(
        [
          ask,
          { type: "configuration_update", reasoning: { effort: "low" } },
          { type: "configuration_update", reasoning: { effort: "high" }, text: { format: { type: "text" } } },
        ],
        { reasoning: { effort: "none", summary: "auto" }, text: { verbosity: "low" } },
      ),
      request: { reasoning: { effort: "high", visible: true }, verbosity: "low", format: { kind: "text" } },
      losses: ["configuration_moved:input[1]", "configuration_moved:input[2]"],
    },
  ]);
  checkRejected([
    {
      title: "an item by reference",
      body: body([{ type: "item_reference", id: "msg_1" }]),
      code: "item_not_found",
      param: "input[0]",
    },
    {
      title: "a conversation compacted elsewhere",
      body: body([ask, { type: "compaction", encrypted_content: "x" }]),
      code: "compaction_foreign",
      param: "input[1]",
    },
    {
      title: "a wish to compact",
      body: body([ask, { type: "compaction_trigger" }]),
      code: "compaction_unsupported",
      param: "input[1]",
    },
    {
      title: "a screenshot for a computer",
      body: body([
        ask,
        { type: "computer_call_output", call_id: "a", output: { type: "computer_screenshot", file_id: "f" } },
      ]),
      code: "item_type_unsupported",
      param: "input[1].type",
    },
    {
      title: "an approval",
      body: body([{ type: "mcp_approval_response", approve: true }]),
      code: "item_type_unsupported",
      param: "input[0].type",
    },
    { title: "an item of no kind", body: body([{ content: "x" }]), code: "invalid_type", param: "input[0]" },
    {
      title: "a role nobody has",
      body: body([{ role: "tool", content: "x" }]),
      code: "invalid_value",
      param: "input[0].role",
    },
    {
      title: "a call of nothing",
      body: body([ask, { type: "function_call", call_id: "a" }]),
      code: "invalid_value",
      param: "input[1].name",
    },
    {
      title: "sound",
      body: body([{ role: "user", content: [{ type: "input_audio", input_audio: { data: "x", format: "wav" } }] }]),
      code: "content_part_unsupported",
      param: "input[0].content[0].type",
    },
    {
      title: "a picture as an instruction",
      body: body([{ role: "developer", content: [{ type: "input_image", image_url: "https://a.example/x.png" }] }]),
      code: "content_part_unsupported",
      param: "input[0].content",
    },
    {
      title: "a picture of nothing",
      body: body([{ role: "user", content: [{ type: "input_image", image_url: "x.png" }] }]),
      code: "invalid_value",
      param: "input[0].content[0].image_url",
    },
  ]);
});

describe("tools", () => {
  const tools = (...list: readonly JsonObject[]) => body("q", { tools: list });
  const schema = { type: "object", properties: { a: {} } };
  checkAll([
    {
      title: "functions are flat; a strictness of null is none",
      body: tools(
        { type: "function", name: "a", description: "A", parameters: schema, strict: true },
        { type: "function", name: "b", parameters: null, strict: null },
      ),
      request: {
        tools: [
          { kind: "function", name: "a", description: "A", schema, strict: true },
          { kind: "function", name: "b", schema: undefined },
        ],
      },
    },
    {
      title: "T20 a grammar stands beside its type",
      body: tools(
        { type: "custom", name: "a", format: { type: "grammar", syntax: "regex", definition: "a+" } },
        { type: "custom", name: "b", description: "B", format: { type: "text" } },
      ),
      request: {
        tools: [
          { kind: "custom", name: "a", grammar: { syntax: "regex", definition: "a+" } },
          { kind: "custom", name: "b", description: "B" },
        ],
      },
    },
    {
      title: "T16 tools in namespaces, also of items, have qualified names",
      body: body(
        [
          {
            type: "additional_tools",
            role: "developer",
            tools: [{ type: "namespace", name: "functions", tools: [{ type: "custom", name: "exec" }] }],
          },
          ask,
        ],
        { tools: [{ type: "namespace", name: "team", tools: [{ type: "function", name: "list" }] }] },
      ),
      request: {
        tools: [
          { kind: "function", name: "team__list", schema: undefined },
          { kind: "custom", name: "functions__exec" },
        ],
        turns: [user("q")],
      },
    },
    {
      title: "tools that a search among them found are offered",
      body: body([ask, { type: "tool_search_output", call_id: "a", tools: [{ type: "function", name: "found" }] }], {
        tools: [{ type: "tool_search", execution: "client" }],
      }),
      request: { tools: [{ kind: "function", name: "found", schema: undefined }] },
      losses: ["dropped:tools[0]", "dropped:input[1]"],
    },
    {
      title: "T17 of two tools with one name the first stays",
      body: tools(
        { type: "function", name: "a__x", description: "first" },
        { type: "namespace", name: "a", tools: [{ type: "function", name: "x" }] },
      ),
      request: { tools: [{ kind: "function", name: "a__x", description: "first", schema: undefined }] },
      losses: ["duplicate_tool:tools[1].tools[0]"],
    },
    {
      title: "a search of the web, whatever its version, with what it is told",
      body: tools({
        type: "web_search_2025_08_26",
        filters: { allowed_domains: ["a.example"] },
        user_location: { type: "approximate", city: "Bern", country: null },
        search_context_size: "high",
        external_web_access: true,
      }),
      request: {
        tools: [
          {
            kind: "web-search",
            name: "web_search",
            allowedDomains: ["a.example"],
            userLocation: { city: "Bern" },
            contextSize: "high",
          },
        ],
      },
    },
    {
      title: "a search that may not leave the vendor's cache is none",
      body: tools({ type: "web_search", external_web_access: false }),
      request: { tools: [] },
      losses: ["dropped:tools[0]"],
    },
    {
      title:
        "what a search is to find beside text, and what tools of a namespace have in common, nobody else has a word for",
      body: tools(
        { type: "web_search", search_content_types: ["text", "image"] },
        { type: "namespace", name: "a", description: "Of a.", tools: [{ type: "function", name: "x" }] },
      ),
      request: {
        tools: [
          { kind: "web-search", name: "web_search" },
          { kind: "function", name: "a__x", schema: undefined },
        ],
      },
      losses: ["dropped:tools[1].description", "dropped:tools[0].search_content_types"],
    },
    {
      title: "the limit of the vendor's calls is one of searches where there is nothing else",
      body: { ...tools({ type: "web_search" }), max_tool_calls: 3 },
      request: { tools: [{ kind: "web-search", name: "web_search", maxUses: 3 }] },
    },
    {
      title: "beside other tools that the vendor runs it is lost",
      body: { ...tools({ type: "web_search" }, { type: "image_generation" }), max_tool_calls: 3 },
      request: {},
      losses: ["dropped:max_tool_calls"],
    },
    {
      title: "without such tools it limits nothing",
      body: { ...tools({ type: "function", name: "a" }), max_tool_calls: 3 },
      request: {},
    },
    {
      title: "what the vendor runs keeps its definition",
      body: tools({ type: "mcp", server_label: "s", server_url: "https://a.example/" }),
      request: {
        tools: [
          {
            kind: "hosted",
            from: "openai-responses",
            type: "mcp",
            name: "mcp",
            json: { type: "mcp", server_label: "s", server_url: "https://a.example/" },
          },
        ],
      },
    },
    {
      title: "a function that answers later answers at once",
      body: tools({ type: "function", name: "a", async: true, defer_loading: true }),
      request: { tools: [{ kind: "function", name: "a", schema: undefined }] },
      losses: ["dropped:tools[0].async"],
    },
  ]);

  test("shells and patches become functions with the fields of their calls", () => {
    const { value, losses } = decoded(tools({ type: "local_shell" }, { type: "shell" }, { type: "apply_patch" }));
    expect(value.tools).toMatchObject([
      { kind: "function", name: "local_shell", schema: { required: ["command"] } },
      { kind: "function", name: "shell", schema: { required: ["commands"] } },
      { kind: "function", name: "apply_patch", schema: { required: ["type", "path"] } },
    ]);
    expect(losses).toEqual([0, 1, 2].map((index) => `tool_as_function:tools[${index}]`));
  });

  checkRejected([
    {
      title: "a tool without a name",
      body: tools({ type: "function" }),
      code: "invalid_value",
      param: "tools[0].name",
    },
  ]);
});

describe("choice of a tool", () => {
  const offered = [
    { type: "function", name: "f" },
    { type: "custom", name: "c" },
    { type: "namespace", name: "n", tools: [{ type: "function", name: "f" }] },
    { type: "web_search" },
    { type: "shell" },
  ];
  const choices: readonly (readonly [string, Json, unknown])[] = [
    ["auto", "auto", { kind: "auto" }],
    ["none", "none", { kind: "none" }],
    ["required", "required", { kind: "required" }],
    ["a function", { type: "function", name: "f" }, { kind: "named", name: "f" }],
    ["a custom tool", { type: "custom", name: "c" }, { kind: "named", name: "c" }],
    ["one in a namespace", { type: "function", name: "f", namespace: "n" }, { kind: "named", name: "n__f" }],
    ["the search", { type: "web_search_preview" }, { kind: "named", name: "web_search" }],
    ["the shell", { type: "shell" }, { kind: "named", name: "shell" }],
    [
      "several",
      {
        type: "allowed_tools",
        mode: "required",
        tools: [{ type: "function", name: "f" }, { type: "web_search" }],
      },
      { kind: "allowed", mode: "required", names: ["f", "web_search"] },
    ],
  ];
  for (const [title, tool_choice, wanted] of choices) {
    test(title, () => {
      expect<unknown>(decoded(body("q", { tools: offered, tool_choice })).value.toolChoice).toEqual(wanted);
    });
  }

  test("T04 without tools there is nothing to choose", () => {
    const { value, losses } = decoded(body("q", { tools: [], tool_choice: "auto", parallel_tool_calls: true }));
    expect([value.toolChoice, value.tools, losses]).toEqual([undefined, [], []]);
  });

  const unknown = (tool_choice: Json, tools: Json = offered) => body("q", { tools, tool_choice });
  checkRejected([
    {
      title: "a tool that is not there",
      body: unknown({ type: "function", name: "x" }),
      code: "tool_choice_unknown",
      param: "tool_choice",
    },
    { title: "any tool of none", body: unknown("required", []), code: "tool_choice_unknown", param: "tool_choice" },
    { title: "no known word", body: unknown("maybe"), code: "invalid_value", param: "tool_choice" },
  ]);
});

describe("parameters", () => {
  const schema = { type: "object", properties: {} };
  const set = (more: JsonObject) => body("q", more);
  checkAll([
    {
      title: "numbers and ids under their own names",
      body: set({
        max_output_tokens: 500,
        temperature: 0.5,
        top_p: 0.9,
        top_logprobs: 2,
        parallel_tool_calls: false,
        user: "u",
        safety_identifier: "s",
        prompt_cache_key: "k",
        stream: true,
      }),
      request: {
        maxTokens: 500,
        maxTokensCountsReasoning: true,
        sampling: { temperature: 0.5, topP: 0.9, logprobs: true, topLogprobs: 2 },
        parallelToolCalls: false,
        userId: "s",
        promptCacheKey: "k",
        stream: true,
      },
    },
    {
      title: "null is as good as absent",
      body: set({ max_output_tokens: null, temperature: null, reasoning: null, tool_choice: null, service_tier: null }),
      request: { maxTokens: undefined, reasoning: {}, toolChoice: undefined, serviceTier: undefined },
    },
    {
      title: "P11 the form of the answer is flat",
      body: set({
        text: { format: { type: "json_schema", name: "n", schema, strict: true, description: "d" }, verbosity: "low" },
      }),
      request: {
        format: { kind: "json-schema", name: "n", description: "d", schema, strict: true },
        verbosity: "low",
      },
    },
    {
      title: "any JSON",
      body: set({ text: { format: { type: "json_object" } } }),
      request: { format: { kind: "json-object" } },
    },
    {
      title: "effort, and a summary that somebody wants to see",
      body: set({ reasoning: { effort: "xhigh", summary: "detailed", context: "all_turns" } }),
      request: { reasoning: { effort: "xhigh", visible: true } },
    },
    {
      title: "the old name of the summary",
      body: set({ reasoning: { generate_summary: "concise" } }),
      request: { reasoning: { visible: true } },
    },
    {
      title: "the mode pro is the strongest effort",
      body: set({ reasoning: { mode: "pro", effort: "low" } }),
      request: { reasoning: { effort: "max" } },
      losses: ["downgraded:reasoning.mode"],
    },
    { title: "a fast answer has priority", body: set({ service_tier: "fast" }), request: { serviceTier: "priority" } },
    {
      title: "a faster one too, as far as it goes",
      body: set({ service_tier: "ultrafast" }),
      request: { serviceTier: "priority" },
      losses: ["clamped:service_tier"],
    },
    {
      title: "probabilities by what is included",
      body: set({ include: ["message.output_text.logprobs", "reasoning.encrypted_content"] }),
      request: { sampling: { logprobs: true } },
    },
    {
      title: "a prompt that is only to be kept",
      body: set({ prompt_cache_options: { prewarm: true, ttl: "12h" } }),
      request: { prewarm: true },
    },
    {
      title: "what tunes OpenAI's own service or is the gateway's says nothing to others",
      body: set({
        store: true,
        background: false,
        truncation: "disabled",
        metadata: { a: "b" },
        stream_options: { include_obfuscation: false },
        include: ["web_search_call.action.sources"],
        prompt_cache_retention: "24h",
        image: { context_compression: "auto" },
        context_management: [],
        client_metadata: { session_id: "x" },
      }),
      request: {},
    },
    {
      title: "what is lost is told by name",
      body: set({
        truncation: "auto",
        context_management: [{ type: "compaction", compact_threshold: 1000 }],
        moderation: { model: "omni-moderation-latest" },
        from_the_future: 1,
      }),
      request: {},
      losses: [
        "dropped:truncation",
        "dropped:context_management",
        "dropped:moderation",
        "unknown_field:from_the_future",
      ],
    },
  ]);
  checkRejected([
    { title: "no model", body: { input: "q" }, code: "missing_required_parameter", param: "model" },
    { title: "nothing to answer", body: { model: "m" }, code: "missing_required_parameter", param: "input" },
    { title: "an input of no kind", body: body(7), code: "invalid_type", param: "input" },
    {
      title: "E16 an earlier response that is not here",
      body: set({ previous_response_id: "resp_1" }),
      code: "previous_response_not_found",
      param: "previous_response_id",
    },
    {
      title: "a conversation kept at OpenAI",
      body: set({ conversation: "conv_1" }),
      code: "conversation_unsupported",
      param: "conversation",
    },
    {
      title: "an answer in the background",
      body: set({ background: true }),
      code: "background_unsupported",
      param: "background",
    },
    { title: "a template", body: set({ prompt: { id: "pmpt_1" } }), code: "prompt_unsupported", param: "prompt" },
    {
      title: "access that only OpenAI gives",
      body: set({ access_programs: { cyber: "standard" } }),
      code: "access_programs_unsupported",
      param: "access_programs",
    },
    {
      title: "moderation that is to block",
      body: set({ moderation: { model: "m", policy: { input: { mode: "score" }, output: { mode: "block" } } } }),
      code: "moderation_unsupported",
      param: "moderation.policy",
    },
    {
      title: "a form nobody knows",
      body: set({ text: { format: { type: "xml" } } }),
      code: "text_format_unsupported",
      param: "text.format.type",
    },
    {
      title: "an effort nobody knows",
      body: set({ reasoning: { effort: "huge" } }),
      code: "invalid_value",
      param: "reasoning.effort",
    },
    {
      title: "a limit that is no number",
      body: set({ max_output_tokens: "5" }),
      code: "invalid_type",
      param: "max_output_tokens",
    },
  ]);
});
