import { type Static, Type } from "typebox";
import { closed } from "./closed.ts";
import { maxTimerMs } from "./defaults.ts";
import { integer, text } from "./fields.ts";

const maxU32 = 4_294_967_295;
const endpoints = [
  "chat_completions",
  "responses",
  "messages",
  "generate_content",
  "completions",
  "embeddings",
] as const;
const flag = (description: string) => Type.Optional(Type.Boolean({ default: false, description }));

/** What tests call a rule, a model, a provider or a hedge that there is not. */
export const none = "none";

/** What a test takes for a fact that it does not give; a response format, an output limit and headers there are none then. */
export const defaultFacts = { endpoint: "chat_completions", model: "any-model", tokens_input: 0 } as const;

const Facts = closed(
  {
    endpoint: Type.Optional(
      Type.Enum([...endpoints], {
        default: defaultFacts.endpoint,
        description: "The API that the request came in on.",
      }),
    ),
    model: Type.Optional(
      Type.String({ minLength: 1, maxLength: 256, default: defaultFacts.model, description: "The model asked for." }),
    ),
    tokens_input: Type.Optional(
      integer(0, maxU32, { default: defaultFacts.tokens_input, description: "Tokens of all its input." }),
    ),
    max_tokens: Type.Optional(integer(0, maxU32, { description: "The client's output limit. Default: it set none." })),
    stream: flag("Whether the client asks for a stream."),
    has_tools: flag("Whether it has tools."),
    has_image: flag("Whether a message holds an image."),
    response_format_type: Type.Optional(
      Type.Enum(["json_schema", "json_object", "text"], {
        description: "The `type` of the response format asked for. Default: it names none.",
      }),
    ),
    header: Type.Optional(
      Type.Record(Type.String(), Type.String(), { description: "Request headers. Default: none." }),
    ),
  },
  "What rules can ask about a request, in the words of `when`.",
);

const Request = closed(
  {
    endpoint: Type.Optional(
      Type.Enum([...endpoints], { description: "The API it is for. Default: told from its body, as `explain` does." }),
    ),
    headers: Type.Optional(Type.Record(Type.String(), Type.String(), { description: "Its headers." })),
    file: Type.Optional(text("A JSON file that holds its body, relative to this file.")),
    body: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        description:
          "Its body, or what is put over the file's. For `generate_content`, `model` and `stream` stand here as well, which clients say in the path.",
      }),
    ),
  },
  "A whole request, read as the gateway would read it.",
);

const Expect = closed(
  {
    rule: Type.Optional(text("The rule that decides, or `none`.")),
    model: Type.Optional(text("The model asked first, named as in policies; `none` where the request is refused.")),
    provider: Type.Optional(text("Who is asked first; `none` where the request is refused.")),
    chain: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), { maxItems: 32, description: "The models after it, in order." }),
    ),
    validate: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), { maxItems: 8, description: "The checks on the answer, in order." }),
    ),
    hedge: Type.Optional(
      Type.Union(
        [
          Type.Enum([none]),
          closed({
            after_ms: integer(0, maxTimerMs, { description: "Milliseconds until the second model starts." }),
            with_model: text("The second model."),
          }),
        ],
        { description: "The second model raced against the first, or `none`." },
      ),
    ),
    decision: Type.Optional(
      Type.Enum(["rewritten", "passthrough"], {
        description:
          "What `x-arouter-decision` says when the first answer is good: whether another model answers than the one asked for.",
      }),
    ),
  },
  "What becomes of it. What is left out may be anything.",
);

const input = { facts: Type.Optional(Facts), request: Type.Optional(Request), expect: Type.Optional(Expect) };

const Case = closed(
  { name: Type.Optional(text("What is special about it. Default: its number.")), ...input },
  "A further test: what it says is put over what the test says, table by table.",
);

const Test = closed({
  name: text("What the test shows; unique in its file."),
  ...input,
  cases: Type.Optional(
    Type.Array(Case, { minItems: 1, maxItems: 1000, description: "Rows that share what the test says." }),
  ),
});

/** A file `*.test.yaml`: what a configuration does with requests. */
export const PolicyTestSchema = closed({
  config: Type.Optional(
    text("The configuration it is about, relative to this file. Default: the one that `arouter test` is run with."),
  ),
  tests: Type.Array(Test, { minItems: 1, maxItems: 10_000, description: "Each stands for itself." }),
});

export type PolicyTests = Static<typeof PolicyTestSchema>;
export type PolicyTest = Static<typeof Test>;
export type TestFacts = Static<typeof Facts>;
export type TestRequest = Static<typeof Request>;
export type Expectation = Static<typeof Expect>;
